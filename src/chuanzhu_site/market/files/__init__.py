"""Files that people hand in: what they are by their content, what is refused, and what is taken out of pictures."""

from chuanzhu_site.market.files.kinds import FILE_KINDS, SUFFIXES, FileKind, checked
from chuanzhu_site.market.files.pictures import BadPicture, bare
from chuanzhu_site.market.files.refusals import FileRefused

__all__ = ["FILE_KINDS", "SUFFIXES", "BadPicture", "FileKind", "FileRefused", "bare", "checked"]
