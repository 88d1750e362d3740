"""To which populations does a profile belong? Ours, and rule engines from PyPI, on the same rules and profiles.

Every engine prepares the rules once; what is measured is one profile: the names of all populations it belongs to. Run by the
Python of the environment that has the engines: `python rules.py <folder of the project>` prints one line of JSON.
"""

import json
import random
import statistics
import sys
import time

SIZES = (100, 1_000, 10_000)
QUESTIONS, OPTIONS = 8, 5
PROFILES = 5


def made(count: int):
    """Rules (question → options allowed, for three of the questions) and profiles (question → option)."""
    chance = random.Random(3)  # noqa: S311 – the same rules every time
    rules = [{q: sorted(chance.sample(range(OPTIONS), 2)) for q in chance.sample(range(QUESTIONS), 3)} for _ in range(count)]
    return rules, [[chance.randrange(OPTIONS) for _ in range(QUESTIONS)] for _ in range(PROFILES)]


def ours(rules):
    from evidence.text import Text
    from personalization.frozen import Option, Personalization, Population, Question
    from personalization.profile import Asked
    from personalization.ruleset import Ruleset

    no = Text()
    options = tuple(Option(f"o{n}", "plain", no, no, no, ()) for n in range(OPTIONS))
    questions = tuple(Question(f"q{n}", True, no, no, no, no, no, no, no, "", "", options, ()) for n in range(QUESTIONS))
    populations = tuple(
        Population(f"p{n}", no, ({f"q{q}": tuple(f"o{o}" for o in allowed) for q, allowed in rule.items()},))
        for n, rule in enumerate(rules)
    )
    ruleset, asked = Ruleset(Personalization(questions, (), populations)), Asked(questions)

    return lambda profile: ruleset.place(asked.profile({f"q{q}": f"o{o}" for q, o in enumerate(profile)})).within_reach()


def cel_engine(rules):
    import cel

    programs = [
        cel.compile(" && ".join(f"q{q} in [{', '.join(map(str, allowed))}]" for q, allowed in rule.items()))
        for rule in rules
    ]

    def ask(profile):
        context = cel.Context({f"q{q}": o for q, o in enumerate(profile)})
        return {n for n, program in enumerate(programs) if program.execute(context)}

    return ask


def zen_engine(rules):
    import zen

    inputs = [{"id": f"i{q}", "name": f"q{q}", "field": f"q{q}"} for q in range(QUESTIONS)]
    rows = [
        {
            "_id": f"r{n}",
            "o": str(n),
            **{f"i{q}": ", ".join(map(str, rule[q])) if q in rule else "" for q in range(QUESTIONS)},
        }
        for n, rule in enumerate(rules)
    ]
    content = {"hitPolicy": "collect", "inputs": inputs, "outputs": [{"id": "o", "name": "o", "field": "o"}], "rules": rows}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "t", "name": "t", "type": "decisionTableNode", "content": content, "position": {"x": 1, "y": 0}},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "t"},
        {"id": "b", "type": "edge", "sourceId": "t", "targetId": "out"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda profile: {row["o"] for row in decision.evaluate({f"q{q}": o for q, o in enumerate(profile)})["result"]}


def clingo_engine(rules):
    import clingo

    control = clingo.Control(["--warn=none"])
    text = [f"#external a({q},{o})." for q in range(QUESTIONS) for o in range(OPTIONS)]
    for n, rule in enumerate(rules):
        for q, allowed in rule.items():
            text += [f"ok({n},{q}) :- a({q},{o})." for o in allowed]
        text.append(f"in({n}) :- " + ", ".join(f"ok({n},{q})" for q in rule) + ".")
    text.append("#show in/1.")
    control.add("base", [], "\n".join(text))
    control.ground([("base", [])])

    def ask(profile):
        for q in range(QUESTIONS):
            for o in range(OPTIONS):
                control.assign_external(clingo.Function("a", [clingo.Number(q), clingo.Number(o)]), profile[q] == o)
        found = set()
        control.solve(on_model=lambda model: found.update(atom.arguments[0].number for atom in model.symbols(shown=True)))
        return found

    return ask


ENGINES = {"Pathway": ours, "clingo": clingo_engine, "zen-engine": zen_engine, "common-expression-language": cel_engine}


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    taken = {}
    for size in SIZES:
        rules, profiles = made(size)
        answers = {}
        for name, prepare in ENGINES.items():
            ask = prepare(rules)
            answers[name] = [{int(str(one).lstrip("p")) for one in ask(profile)} for profile in profiles]
            times = []
            for _ in range(20):
                for profile in profiles:
                    start = time.perf_counter()
                    ask(profile)
                    times.append(time.perf_counter() - start)
            taken.setdefault(name, []).append(statistics.median(times[len(times) // 4 :]))
        if any(found != answers["Pathway"] for found in answers.values()):
            raise SystemExit("the engines do not agree")
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
