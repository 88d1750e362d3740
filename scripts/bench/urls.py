from empty import urlpatterns as empty

from config import urls

urlpatterns = [*empty, *urls.urlpatterns]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
