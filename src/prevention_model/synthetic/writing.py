"""Writing an extract: CSV files as the agency would send them, and the YAML map beside them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import yaml

from prevention_model.synthetic.dirt import soiled, turned
from prevention_model.synthetic.extract import Extract
from prevention_model.synthetic.mentions import FIRST_ROW, Mentions

_MARK = b"\xef\xbb\xbf"


class _Plain(yaml.SafeDumper):
    """Writes a value again where it occurs again: people read these files, and anchors are hard to read."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_extract(
    out: Path, extract: Extract, rng: np.random.Generator, dirt: float, mentions: Mentions
) -> int:
    """Write `files/<source>/*.csv` and `maps/<source>.yaml`, note who is who, and return the rows written."""
    table, who, part = soiled(extract, rng, dirt)
    folder, faults = out / "files" / extract.source, extract.faults
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(extract.parts or ("",)):
        rows = np.flatnonzero(part == number)
        path = folder / (f"{extract.source}_{name}.csv" if name else f"{extract.source}.csv")
        write_csv(
            path,
            # Each year's export has its own order of columns.
            turned(table.take(pa.array(rows)), number if dirt > 0 else 0),
            encoding=faults.encoding if dirt > 0 else "utf-8",
            byte_order_mark=faults.byte_order_mark and dirt > 0,
        )
        mentions.note(
            extract.source, path.relative_to(out).as_posix(), np.arange(len(rows)) + FIRST_ROW, who[rows]
        )
    write_yaml(out / "maps" / f"{extract.source}.yaml", extract.mapped())
    return table.num_rows


def write_csv(
    path: Path,
    table: pa.Table,
    *,
    encoding: str = "utf-8",
    byte_order_mark: bool = False,
    quoted: bool = False,
) -> None:
    """Write a table of texts, with quotation marks where `quoted`."""
    sink = pa.BufferOutputStream()
    # No text but JSON holds a comma or a quote; the writer refuses one that did.
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed" if quoted else "none")
    pacsv.write_csv(table, sink, options)
    content: bytes = (",".join(table.column_names) + "\n").encode() + sink.getvalue().to_pybytes()
    if encoding != "utf-8":
        content = content.decode().encode(encoding)
    elif byte_order_mark:
        content = _MARK + content
    path.write_bytes(content)


def write_yaml(path: Path, content: object) -> None:
    """Write settings as readable YAML, keys in the order given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(
        content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
    path.write_text(text, encoding="utf-8")
