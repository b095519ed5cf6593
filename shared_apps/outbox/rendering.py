"""Mail templates: MJML for the look, Django for the content, each done once.

A ``.mjml`` file is compiled to HTML *with its Django tags left in place*, and the result is kept
as a Django template. So the slow step runs once per template and process, and what people typed
is escaped as HTML: it can never become MJML.

``<mj-include path="…"/>`` names another template of the same theme; ``{% load %}`` stands on the
first line of every file and is put back in front of the compiled page.
"""

import re
from functools import lru_cache
from typing import Any

import mjml
from django.template import Context, Template, engines

LOAD = re.compile(r"{%\s*load\s[^%]*%}\s*")
INCLUDE = re.compile(r'<mj-include\s+path="([^"]+)"\s*/>')
DEEPEST = 4


def html_render(name: str, context: dict[str, Any]) -> str:
    """The page of ``mail/<name>.mjml``, in the current language."""
    loads, source = _expanded(f"mail/{name}.mjml")
    return _compiled("".join(dict.fromkeys(loads)), source).render(Context(context))


def text_render(name: str, context: dict[str, Any]) -> str:
    """The plain text of ``mail/<name>.txt``: nothing escaped, at most one empty line in a row."""
    template = engines["django"].get_template(f"mail/{name}.txt").template
    written = template.render(Context(context, autoescape=False))
    lines = "\n".join(line.strip() for line in written.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@lru_cache(maxsize=256)
def _compiled(loads: str, source: str) -> Template:
    # No web fonts: a mail that fetches something from elsewhere tells where it was opened.
    page = mjml.mjml2html(source, disable_comments=True, fonts={})
    return Template(loads + page)


def _expanded(name: str, depth: int = 0) -> tuple[list[str], str]:
    """The ``{% load %}`` lines and the source of a template, includes put in."""
    if depth > DEEPEST:
        raise RecursionError(f"{name} includes itself")
    source = engines["django"].get_template(name).template.source
    loads = [load.strip() for load in LOAD.findall(source)]
    source = LOAD.sub("", source)

    def put_in(match: re.Match[str]) -> str:
        inner_loads, inner = _expanded(f"mail/{match[1]}", depth + 1)
        loads.extend(inner_loads)
        return inner

    source = INCLUDE.sub(put_in, source)
    return loads, source
