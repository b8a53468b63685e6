// Lists the days of iCalendar files by readers that the authors of taper did not write:
//
//   node read_events.mjs FILE...     a line of JSON a file, with what each of them finds
//
// A day is one of the time zone that this process has (TZ): an event that moves by a zone shows.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const day = (moment) =>
  [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

// Each local day that an event touches, as a calendar draws it.
function* daysOf(start, end) {
  for (const at = new Date(start); at < end; at.setDate(at.getDate() + 1)) yield day(at);
}

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").flatMap((component) => {
    const event = new ICAL.Event(component);
    const status = component.getFirstPropertyValue("status");
    const days = daysOf(event.startDate.toJSDate(), event.endDate.toJSDate());
    return [...days].map((each) => [each, status, event.summary]);
  });
}

function byNodeIcal(text) {
  return Object.values(ical.sync.parseICS(text))
    .filter((each) => each.type === "VEVENT")
    .flatMap((each) => [...daysOf(each.start, each.end)].map((on) => [on, each.status, each.summary]));
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  console.log(JSON.stringify({ file, "ical.js": byIcalJs(text), "node-ical": byNodeIcal(text) }));
}
