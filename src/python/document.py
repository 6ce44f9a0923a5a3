"""Writes docs/python-api.md from the docstrings of the package: python src/python/document.py > docs/python-api.md"""
import inspect
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import arcuate  # noqa: E402

KINDS = ("Parameters", "Attributes", "Returns", "Raises", "Examples", "Notes")


def linked(text):
    """Roles of Sphinx as plain code."""
    text = re.sub(r":(?:class|func|meth|attr|exc):`\.?([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")


def sections(text):
    """(heading or "", lines) of a docstring in NumPy's style."""
    found, lines = [("", [])], text.splitlines()
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if line in KINDS and below and set(below) == {"-"}:
            found.append((line, []))
        elif not (line and set(line) == {"-"} and lines[number - 1] in KINDS):
            found[-1][1].append(line)
    return found


def entries(lines):
    """NAME : TYPE and what is indented below it, as a list."""
    out = []
    for line in lines:
        if not line.strip():
            continue
        if line.startswith(" "):
            out[-1] += (" " if out[-1].endswith(":") else " ") + line.strip()
        else:
            name, colon, kind = line.partition(" : ")
            out.append(f"- `{name}`" + (f" ({kind}):" if colon else ":"))
    return [one[:-1] if one.endswith(":") else one for one in out]


def written(doc):
    out = []
    for heading, lines in sections(inspect.cleandoc(doc or "")):
        if heading:
            out += ["", f"*{heading}*", ""]
        if heading in ("Parameters", "Attributes", "Returns", "Raises"):
            out += [linked(line) for line in entries(lines)]
        elif heading == "Examples":
            out += ["```python", *[line[4:] if line[:3] in (">>>", "...") else line for line in lines if line], "```"]
        else:
            out += [linked(line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()


def signature(name, function, drop_self):
    parameters = list(inspect.signature(function).parameters.values())[1 if drop_self else 0:]
    kept = [one.replace(annotation=inspect.Parameter.empty) for one in parameters if not one.name.startswith("_")]
    return name + str(inspect.Signature(kept))


def members(kind):
    """Public methods and properties with a docstring, in the order of the source."""
    for name, member in vars(kind).items():
        if name.startswith("_"):
            continue
        inner = member.__func__ if isinstance(member, (staticmethod, classmethod)) else member
        if isinstance(inner, property) and inner.fget.__doc__:
            yield f"### {kind.__name__}.{name}\n\n{written(inner.fget.__doc__)}"
        elif inspect.isfunction(inner) and inner.__doc__ and inner.__module__ == kind.__module__:  # not what xarray adds
            said = signature(name, inner, not isinstance(member, staticmethod))
            yield f"### {kind.__name__}.{name}\n\n```python\n{said}\n```\n\n{written(inner.__doc__)}"


def reference():
    out = ["<!-- Generated from the docstrings of src/python by src/python/document.py; a test holds that it is up to date. -->",
           "# The Python package: reference", "", "What it is for and how it is used: [Python](python.md).", "",
           written(arcuate.__doc__)]
    for name in arcuate.__all__:
        item = getattr(arcuate, name)
        out += ["", f"## {name}", ""]
        if inspect.isclass(item):
            made = "__init__" in vars(item) and not issubclass(item, Exception)
            if made and not any(one in (item.__doc__ or "") for one in ("Made by", "The features of")):
                out += ["```python", signature(name, item.__init__, True), "```", ""]
            out.append(written(item.__doc__))
            for member in members(item):
                out += ["", member]
        else:
            out += ["```python", signature(name, item, False), "```", "", written(item.__doc__)]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
