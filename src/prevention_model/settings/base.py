"""Reading a YAML file into a frozen value that has checked itself."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from prevention_model.errors import WrongUsage, listed

# The same safe loader, in C where PyYAML was built with it: the standards' declarations are read at every start.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Settings(BaseModel):
    """A frozen configuration value. Unknown keys are refused, so a misspelt key is never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a YAML file; every fault is named in one error. Raises WrongUsage."""
        return cls.check(read_yaml(path), where=Path(path).name)

    @classmethod
    def check(cls, content: object, *, where: str) -> Self:
        """Make the value from plain content, or say everything that is wrong with it.

        >>> class Small(Settings):
        ...     capacity: int
        >>> Small.check({"capacity": 20, "colour": "red"}, where="zones.yaml")
        Traceback (most recent call last):
        ...
        prevention_model.errors.WrongUsage: A setting is wrong: colour: unknown setting. Where: zones.yaml. \
What to do: Correct the named settings and run again; docs/how-to/configure.md lists them all.
        """
        if not isinstance(content, dict):
            raise WrongUsage(
                "The settings file holds no settings.", where=where, todo="Write `key: value` lines in it."
            )
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
            faults = [_fault(item) for item in found if not _follows(item, found)]
            raise WrongUsage(
                f"{'A setting is' if len(faults) == 1 else f'{len(faults)} settings are'} wrong: {listed(faults)}.",
                where=where,
                todo="Correct the named settings and run again; docs/how-to/configure.md lists them all.",
            ) from None

    def digest(self) -> str:
        """SHA-256 over the settings, whatever the order of keys in the file."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()


def read_yaml(path: str | Path) -> Any:
    """The content of a YAML file. Raises WrongUsage when it is missing or not YAML."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise WrongUsage(
            "The settings file does not exist.", where=str(path), todo="Check the path and the spelling."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(
            f"The settings file cannot be read ({type(error).__name__}).",
            where=str(path),
            todo="Save it as UTF-8 text that you may read.",
        ) from None
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise WrongUsage(
            "The settings file is not valid YAML.",
            where=f"{path.name}{line}",
            todo="Look for a missing colon, quote or space at that line.",
        ) from None
    except ValueError as error:  # the parser's own complaint about 2024-02-30 and the like
        raise WrongUsage(
            f"The settings file holds a value that cannot be: {error}.",
            where=path.name,
            todo="Look for a date that is not in the calendar.",
        ) from None


def _follows(item: Any, found: Sequence[Any]) -> bool:
    """Whether a list counts as too short only because an item in it is wrong."""
    place = item["loc"]
    return item["type"] == "too_short" and any(
        other["loc"][: len(place)] == place for other in found if len(other["loc"]) > len(place)
    )


def _fault(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"]) or "the file"
    kind = item["type"]
    if kind == "extra_forbidden":
        return f"{place}: unknown setting"
    if kind == "missing":
        return f"{place}: missing, and it has no default"
    return f"{place}: {item['msg'].removeprefix('Value error, ')}"
