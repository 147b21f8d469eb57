"""Templates, compiled once for each language.

What a template says is then part of its code: a page looks no sentence up, and
stretches of it that are the same on every page are one piece of text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from flask.templating import Environment as FlaskEnvironment
from flask_babel import get_translations
from jinja2 import nodes
from jinja2.runtime import Context as BaseContext
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer

from directory.core.text import Language
from directory.web.locale import chosen

if TYPE_CHECKING:
    from gettext import NullTranslations

    from jinja2 import Template

Bound = Callable[[Language], Mapping[str, Callable[..., Any]]]
"""Makes the filters that know the language they speak."""


class Environment(FlaskEnvironment):
    """Holds one environment for each language, made when it is first asked for."""

    language: Language | None = None
    """The one that templates are compiled for; in the first of all, none."""

    bound: Bound
    """Set by the application before the first page."""

    spoken: dict[Language, Environment]

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin without any language."""
        super().__init__(*args, **options)
        self.spoken = {}
        self.bound = lambda _language: {}

    def get_or_select_template(self, *args: Any, **more: Any) -> Template:
        """Return a template in the language of the request."""
        if self.language is not None:
            return super().get_or_select_template(*args, **more)
        language = chosen()
        found = self.spoken.get(language)
        if found is None:
            found = self.spoken[language] = self._made(language)
        return found.get_or_select_template(*args, **more)

    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        """Return the names that a template knows without being given them.

        For pages in a language a plain mapping: it is gone through for each page.
        """
        if self.language is None:
            return super().make_globals(d)
        return {**self.globals, **(d or {})}

    def _made(self, language: Language) -> Environment:
        made = self.overlay()
        made.language = language
        made.context_class = Context
        made.filters = {**self.filters, **self.bound(language)}
        return made

    def _parse(
        self, source: str, name: str | None, filename: str | None
    ) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        if self.language is None:
            return parsed
        said: nodes.Template = Translated(get_translations()).visit(parsed)
        return said


class Context(BaseContext):
    """Calls macros and functions without asking first what they want to know.

    Only what Jinja marks to be given the context, or the like, needs asking.
    """

    def call(self, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a thing that a template calls."""
        kind = type(__obj)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind is not FunctionType or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class Translated(NodeTransformer):
    """Puts translations in the place of the calls that would look them up.

    Only whole sentences with values by name are replaced, as pages have them;
    anything else, such as plurals, is looked up as before. As there, a
    translation is markup and the values put into it are escaped.
    """

    def __init__(self, catalog: NullTranslations) -> None:
        """Translate by a catalog."""
        self.catalog = catalog

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's)
        """Return the translation in the place of a call of gettext or pgettext."""
        self.generic_visit(node)
        if (
            not isinstance(node.node, nodes.Name)
            or node.dyn_args is not None
            or node.dyn_kwargs is not None
        ):
            return node
        given = [
            arg.value
            for arg in node.args
            if isinstance(arg, nodes.Const) and isinstance(arg.value, str)
        ]
        if len(given) != len(node.args):
            return node
        values = [(each.key, each.value) for each in node.kwargs]
        if node.node.name in {"_", "gettext"} and len(given) == 1:
            said = self.catalog.gettext(given[0])
        elif node.node.name == "pgettext" and len(given) == 2:
            said = self.catalog.pgettext(given[0], given[1])
        else:
            return node
        if not values:
            # "%%" is a percent sign here as well.
            return nodes.TemplateData(said % {}, lineno=node.lineno)
        pairs = [
            nodes.Pair(nodes.Const(name, lineno=node.lineno), value)
            for name, value in values
        ]
        return nodes.Mod(
            nodes.TemplateData(said, lineno=node.lineno),
            nodes.Dict(pairs, lineno=node.lineno),
            lineno=node.lineno,
        )
