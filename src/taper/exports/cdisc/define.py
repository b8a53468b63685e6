"""What is in the datasets that lie beside it, as CDISC's define.xml 2.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from xml.etree import ElementTree as ET

from taper.exports.cdisc.dataset import Dataset, Kind, Variable
from taper.exports.cdisc.dataset_json import METADATA, group_oid, item_oid, moment, study_oid
from taper.record.plan_document import ENGINE

_ODM = "http://www.cdisc.org/ns/odm/v1.3"
_DEF = "http://www.cdisc.org/ns/def/v2.1"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_NAMES = {"": _ODM, "def": _DEF, "xlink": _XLINK}
_STANDARDS = {False: ("STD.SDTMIG", "SDTMIG", "3.4"), True: ("STD.ADAMIG", "ADaMIG", "1.3")}
"""The guide that a dataset follows, by whether it is for analysis."""
_DECIMALS = "4"


def define_of(datasets: Sequence[Dataset], study: str, made_on: date, prefix: str = "") -> bytes:
    """The file; the names of the datasets' files begin with `prefix`."""
    for name, uri in _NAMES.items():
        ET.register_namespace(name, uri)
    root = ET.Element(
        _odm("ODM"),
        {
            "ODMVersion": "1.3.2",
            "FileType": "Snapshot",
            "FileOID": f"{study}.define",
            "CreationDateTime": moment(made_on),
            "Originator": ENGINE,
            _def("Context"): "Other",
        },
    )
    whole = ET.SubElement(root, _odm("Study"), {"OID": study_oid(study)})
    named = ET.SubElement(whole, _odm("GlobalVariables"))
    for tag in ("StudyName", "StudyDescription", "ProtocolName"):
        ET.SubElement(named, _odm(tag)).text = study
    said = {"OID": METADATA, "Name": f"Steroid of {study}", _def("DefineVersion"): "2.1.0"}
    version = ET.SubElement(whole, _odm("MetaDataVersion"), said)
    version.extend(_parts(datasets, prefix))
    ET.indent(root, " ")
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _parts(datasets: Sequence[Dataset], prefix: str) -> Iterator[ET.Element]:
    """What define.xml says, in the order that it must have."""
    yield _standards(datasets)
    for each in datasets:
        yield _group(each, prefix)
    everything = [(each, variable) for each in datasets for variable in each.variables]
    for each, variable in everything:
        yield _item(each, variable)
    for each, variable in everything:
        if variable.codes:
            yield _codes(each, variable)
    for each, variable in everything:
        if variable.method:
            yield _method(each, variable)


def _standards(datasets: Sequence[Dataset]) -> ET.Element:
    standards = ET.Element(_def("Standards"))
    for is_analysis in dict.fromkeys(each.is_analysis for each in datasets):
        oid, name, version = _STANDARDS[is_analysis]
        said = {"OID": oid, "Name": name, "Type": "IG", "Version": version, "Status": "Final"}
        ET.SubElement(standards, _def("Standard"), said)
    return standards


def _group(dataset: Dataset, prefix: str) -> ET.Element:
    leaf = f"LF.{dataset.name}"
    said = {
        "OID": group_oid(dataset),
        "Name": dataset.name,
        "Repeating": "Yes",
        "IsReferenceData": "No",
        "SASDatasetName": dataset.name,
        "Purpose": "Analysis" if dataset.is_analysis else "Tabulation",
        _def("Structure"): dataset.structure,
        _def("StandardOID"): _STANDARDS[dataset.is_analysis][0],
        _def("ArchiveLocationID"): leaf,
    }
    if not dataset.is_analysis:
        said["Domain"] = dataset.name
    group = ET.Element(_odm("ItemGroupDef"), said)
    _describe(group, dataset.label)
    for number, variable in enumerate(dataset.variables, start=1):
        ET.SubElement(group, _odm("ItemRef"), _reference(dataset, variable, number))
    ET.SubElement(group, _def("Class"), {"Name": dataset.group})
    place = {"ID": leaf, f"{{{_XLINK}}}href": f"{prefix}{dataset.file}"}
    ET.SubElement(ET.SubElement(group, _def("leaf"), place), _def("title")).text = dataset.file
    return group


def _reference(dataset: Dataset, variable: Variable, number: int) -> dict[str, str]:
    said = {
        "ItemOID": item_oid(dataset, variable),
        "OrderNumber": str(number),
        "Mandatory": "Yes" if variable.is_needed else "No",
    }
    if variable.key is not None:
        said["KeySequence"] = str(variable.key)
    if variable.method:
        said["MethodOID"] = _oid("MT", dataset, variable)
    return said


def _item(dataset: Dataset, variable: Variable) -> ET.Element:
    said = {
        "OID": item_oid(dataset, variable),
        "Name": variable.name,
        "DataType": variable.kind.value.define,
        "SASFieldName": variable.name,
    }
    length = dataset.length(variable)
    if length is not None:
        said["Length"] = str(length)
    if variable.kind is Kind.NUMBER:
        said["SignificantDigits"] = _DECIMALS
    if variable.display is not None:
        said[_def("DisplayFormat")] = variable.display
    item = ET.Element(_odm("ItemDef"), said)
    _describe(item, variable.label)
    if variable.codes:
        reference = {"CodeListOID": _oid("CL", dataset, variable)}
        ET.SubElement(item, _odm("CodeListRef"), reference)
    ET.SubElement(item, _def("Origin"), _origin(variable))
    return item


def _origin(variable: Variable) -> dict[str, str]:
    if variable.method:
        return {"Type": "Derived", "Source": "Sponsor"}
    if variable.is_collected:
        return {"Type": "Collected", "Source": "Investigator"}
    return {"Type": "Assigned", "Source": "Sponsor"}


def _codes(dataset: Dataset, variable: Variable) -> ET.Element:
    """The values that there can be, without a claim to any version of CDISC's terminology."""
    oid = _oid("CL", dataset, variable)
    codes = ET.Element(
        _odm("CodeList"), {"OID": oid, "Name": f"{variable.label} ({oid})", "DataType": "text"}
    )
    for code in variable.codes:
        ET.SubElement(codes, _odm("EnumeratedItem"), {"CodedValue": code})
    return codes


def _method(dataset: Dataset, variable: Variable) -> ET.Element:
    said = {
        "OID": _oid("MT", dataset, variable),
        "Name": f"How {variable.name} of {dataset.name} is derived",
        "Type": "Computation",
    }
    method = ET.Element(_odm("MethodDef"), said)
    _describe(method, variable.method)
    return method


def _describe(parent: ET.Element, text: str) -> None:
    described = ET.SubElement(parent, _odm("Description"))
    ET.SubElement(described, _odm("TranslatedText"), {f"{{{_XML}}}lang": "en"}).text = text


def _oid(kind: str, dataset: Dataset, variable: Variable) -> str:
    return f"{kind}.{dataset.name}.{variable.name}"


def _odm(name: str) -> str:
    return f"{{{_ODM}}}{name}"


def _def(name: str) -> str:
    return f"{{{_DEF}}}{name}"
