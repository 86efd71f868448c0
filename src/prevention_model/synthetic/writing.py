"""Writing an extract: CSV files as the agency would send them, and the YAML map beside them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import yaml

from prevention_model.synthetic.dirt import soiled, turned
from prevention_model.synthetic.extract import Extract

_MARK = b"\xef\xbb\xbf"


class _Plain(yaml.SafeDumper):
    """Writes a value again where it occurs again: people read these files, and anchors are hard to read."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_extract(out: Path, extract: Extract, rng: np.random.Generator, dirt: float) -> int:
    """Write `files/<source>/*.csv` and `maps/<source>.yaml`; returns the rows written."""
    table, part = soiled(extract, rng, dirt)
    folder = out / "files" / extract.source
    folder.mkdir(parents=True, exist_ok=True)
    if part is None:
        write_csv(folder / f"{extract.source}.csv", table, extract, dirt)
    else:
        for number, name in enumerate(extract.parts):
            rows = table.filter(pa.array(part == number))
            # Each year's export has its own order of columns.
            write_csv(
                folder / f"{extract.source}_{name}.csv",
                turned(rows, number if dirt > 0 else 0),
                extract,
                dirt,
            )
    write_yaml(out / "maps" / f"{extract.source}.yaml", extract.mapped())
    return table.num_rows


def write_csv(path: Path, table: pa.Table, extract: Extract | None = None, dirt: float = 0.0) -> None:
    """Write a table of texts, with the source's byte-order mark and encoding when there is dirt."""
    sink = pa.BufferOutputStream()
    # No text of the county holds a comma or a quote; the writer refuses one that did.
    options = pacsv.WriteOptions(include_header=False, quoting_style="none")
    pacsv.write_csv(table, sink, options)
    content: bytes = (",".join(table.column_names) + "\n").encode() + sink.getvalue().to_pybytes()
    if extract is not None and dirt > 0:
        if extract.faults.encoding != "utf-8":
            content = content.decode().encode(extract.faults.encoding)
        elif extract.faults.byte_order_mark:
            content = _MARK + content
    path.write_bytes(content)


def write_yaml(path: Path, content: object) -> None:
    """Write settings as readable YAML, keys in the order given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(
        content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
    path.write_text(text, encoding="utf-8")
