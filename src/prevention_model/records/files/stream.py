"""XML read as a stream, with everything off that a file could use against its reader.

The parser is expat: it holds one tag at a time and never a tree, so memory does not grow with the file, and
it knows the line of every element (libxml2 stops counting at 65,535). Nothing outside the file is ever
opened. A document type, and with it every entity, is refused: no return has one. A message names the line and
what is wrong with it in the parser's own fixed words, which never quote the file.
"""

import codecs
import re
from collections.abc import Callable
from typing import IO, NoReturn, TypeVar
from xml.parsers import expat

from prevention_model.errors import RecordsRefused

DEEPEST = 64
"""Elements inside one another. The returns have about eight."""
LONGEST_TEXT = 1 << 20
"""Characters in one field. A case note has some thousands."""

_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 23
_INVALID = 4  # expat's number for bytes that are no character
_SAYS_UTF16 = re.compile(rb"^<\?xml[^>]{0,200}encoding\s*=\s*[\"'](utf-?16|ucs-?2|unicode)", re.IGNORECASE)


class Stop(Exception):
    """Raised while a file is read, to refuse it for the reason given."""


class Enough(Exception):
    """Raised by a listener that has heard all it wants."""


class Listener:
    """What hears of a file as it is read. Subclasses say what `start` and `end` do.

    `text` gathers the pieces of text since it was last cleared. `above` are blank lines before the XML.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self.parser: expat.XMLParserType = expat.ParserCreate()
        self.above = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError

    def end(self, tag: str) -> None:
        """An element ends."""
        raise NotImplementedError

    def between(self) -> None:
        """Called once every megabyte, to put away what has been gathered."""

    def finish(self) -> None:
        """The file is at its end, and whole."""

    def line(self) -> int:
        """The line that is being read."""
        return self.parser.CurrentLineNumber + self.above


Heard = TypeVar("Heard", bound=Listener)


def listen(open_file: Callable[[], IO[bytes]], where: str, made: Callable[[], Heard]) -> Heard:
    """Read a file to its end, or until its listener stops. Raises RecordsRefused.

    A file that says it is UTF-8 but holds characters of Windows-1252 is read again as what it is.

    >>> import io
    >>> class Tags(Listener):
    ...     def start(self, tag, attributes): print(tag)
    ...     def end(self, tag): pass
    >>> _ = listen(lambda: io.BytesIO(b"<Message><Header/></Message>"), "file a.xml", Tags)
    Message
    Header
    """
    listener = made()
    try:
        return _listen(open_file, listener, None)
    except expat.ExpatError as error:
        if error.code != _INVALID or _is_utf8(open_file):
            raise _broken(error, listener, where) from None
    except Stop as stop:
        raise _refused(str(stop), listener.line(), where) from None
    listener = made()
    try:
        return _listen(open_file, listener, "windows-1252")
    except expat.ExpatError as error:
        raise _broken(error, listener, where) from None
    except Stop as stop:
        raise _refused(str(stop), listener.line(), where) from None


def _listen(open_file: Callable[[], IO[bytes]], listener: Heard, encoding: str | None) -> Heard:
    with open_file() as source:
        first = source.read(_CHUNK).removeprefix(codecs.BOM_UTF8)
        xml = first.lstrip(b" \t\r\n")
        listener.above = first[: len(first) - len(xml)].count(b"\n")
        if encoding is None and _SAYS_UTF16.match(xml):
            encoding = "utf-8"  # written as text by a program that thinks in UTF-16
        listener.parser = parser = expat.ParserCreate(encoding)
        _deafen(parser)
        parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
        parser.CharacterDataHandler = listener.text.append
        try:
            _feed(parser, xml, source, listener)
            listener.finish()
        except Enough:
            pass
        except (LookupError, ValueError):
            raise Stop("Its encoding is not known") from None
    return listener


def _feed(parser: expat.XMLParserType, first: bytes, source: IO[bytes], listener: Listener) -> None:
    fed, chunk = 0, first
    while chunk:
        parser.Parse(chunk, False)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > _LONGEST_TAG:
            raise Stop("A single tag is longer than 8 MB")
        if sum(map(len, listener.text)) > LONGEST_TEXT:
            raise Stop("A single field is longer than a million characters")
        listener.between()
        chunk = source.read(_CHUNK)
    parser.Parse(b"", True)


def _deafen(parser: expat.XMLParserType) -> None:
    """No document type, no entity, no parameter entity, nothing from outside."""

    def refuse(*_: object) -> NoReturn:
        raise Stop("It declares a document type or an entity, which a return never does")

    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.buffer_text = True


def _is_utf8(open_file: Callable[[], IO[bytes]]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_file() as source:
        try:
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
        except ValueError:
            return False
    return True


def _broken(error: expat.ExpatError, listener: Listener, where: str) -> RecordsRefused:
    what = f"It breaks off or is faulty ({expat.ErrorString(error.code)})"
    return _refused(what, error.lineno + listener.above, where)


def _refused(what: str, line: int, where: str) -> RecordsRefused:
    return RecordsRefused(
        f"The XML cannot be read. {what}.",
        where=f"{where}, line {line:,}",
        todo="Export it again from the system that made it; nothing of this file has been used.",
    )
