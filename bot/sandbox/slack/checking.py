"""JSON against the schemas of this folder, in Slack's words: what is wrong, and the JSON pointer of where.

`byType` is the one word of our own in them: the schema to use is chosen by the object's `type`. With it a mistake is named where
it is; `oneOf` over twenty blocks would only say that none of them fits.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jsonschema.protocols import Validator

    from bot.sandbox.slack.workspace import Json

    Worded = Callable[[Any, ValidationError], str]

FOLDER = Path(__file__).parent / "schemas"
TOLD, REMEMBERED = 5, 512
KINDS = {"string": "a string", "object": "an object", "array": "an array", "boolean": "a boolean", "integer": "an integer"}


def problems(surface: str, value: object, pointer: str) -> list[str]:
    """What Slack would object to in a message's blocks ("message") or a view ("view"), the first few, in its words."""
    return list(_problems(surface, json.dumps(value), pointer))


@lru_cache(REMEMBERED)
def _problems(surface: str, text: str, pointer: str) -> tuple[str, ...]:
    """By the JSON: under load the same answer is asked for again and again, and a long table takes 30 ms to look at."""
    found = islice(_validator(surface).iter_errors(json.loads(text)), TOLD)
    return tuple(f"{_worded(error)} [json-pointer:{_pointer(error, pointer)}]" for error in found)


@cache
def _validator(surface: str) -> Validator:
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    registry: Registry[Json] = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in schemas)
    strict = extend(Draft202012Validator, {"byType": _by_type})  # type: ignore[no-untyped-call]  # its stubs do not say
    made: Validator = strict({"$ref": f"surfaces#/$defs/{surface}"}, registry=registry)
    return made


def _by_type(validator: Validator, kinds: Json, value: object, _: Json) -> Iterator[ValidationError]:
    """Validate with the schema of the value's type, or say that there is none."""
    if not isinstance(value, dict):
        yield ValidationError("must be an object")
        return
    kind = value.get("type")
    if not isinstance(kind, str):
        yield ValidationError("missing required field: type")
    elif kind not in kinds:
        yield ValidationError(f"unsupported type: {kind}", path=["type"])
    else:
        yield from validator.descend(value, {"$ref": kinds[kind]})  # type: ignore[attr-defined]  # every validator of Draft 4 and later has it


def _pointer(error: ValidationError, start: str) -> str:
    return "".join([start, *(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in error.absolute_path)])


def _worded(error: ValidationError) -> str:
    words = WORDS.get(str(error.validator))
    return words(error.validator_value, error) if words else error.message


def _additional(_: object, error: ValidationError) -> str:
    given: Any = error.instance
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    return f"no additional properties allowed: {', '.join(sorted(set(given) - set(known)))}"


def _required(names: Sequence[str], error: ValidationError) -> str:
    given: Any = error.instance
    return f"missing required field: {', '.join(name for name in names if name not in given)}"


def _several(each: Sequence[Json], error: ValidationError) -> str:
    wanted = [name for one in each for name in one.get("required", ())]
    return f"must have {'exactly one' if error.validator == 'oneOf' else 'at least one'} of {', '.join(wanted)}"


WORDS: dict[str, Worded] = {
    "maxLength": lambda most, _: f"must be less than {most + 1} characters",
    "minLength": lambda least, _: f"must be more than {least - 1} characters",
    "maxItems": lambda most, _: f"no more than {most} items allowed",
    "minItems": lambda least, _: f"no fewer than {least} items allowed",
    "uniqueItems": lambda _, __: "items must be unique",
    "type": lambda kind, _: f"must be {KINDS.get(kind, kind)}",
    "const": lambda value, _: f"must be {value}",
    "enum": lambda values, _: f"must be one of {', '.join(map(str, values))}",
    "pattern": lambda pattern, _: f"must match {pattern}",
    "additionalProperties": _additional,
    "required": _required,
    "anyOf": _several,
    "oneOf": _several,
}
