"""Search over what is public: the matcher where words are given, the database's order where none are."""

from chuanzhu_site.market.search.asking import Asked, read_asked
from chuanzhu_site.market.search.facets import FACETS, Choice
from chuanzhu_site.market.search.finding import Found, find, newer

__all__ = ["FACETS", "Asked", "Choice", "Found", "find", "newer", "read_asked"]
