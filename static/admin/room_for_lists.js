// On a screen that is not wide, lists get the room: the menu at the side begins closed, and then stays as people leave it.
(() => {
  const key = "django.admin.navSidebarIsOpen";
  if (localStorage.getItem(key) === null && window.innerWidth < 1500) localStorage.setItem(key, "false");
})();
