// Bundled into a page: sends the calls as @segment/analytics-next does by default, then tells the page's own server.

import { AnalyticsBrowser } from "@segment/analytics-next";

const { host, writeKey, calls } = await (await fetch("/setup.json")).json();
const analytics = AnalyticsBrowser.load(
  { writeKey, cdnSettings: { integrations: { "Segment.io": { apiKey: writeKey } } } },
  { integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol: "http" } } },
);
const make = {
  track: (call) => analytics.track(call.event, call.properties),
  page: (call) => analytics.page(call.name, call.properties),
  screen: (call) => analytics.screen(call.name, call.properties),
  identify: (call) => analytics.identify(call.userId, call.traits),
  group: (call) => analytics.group(call.groupId, call.traits),
  alias: (call) => analytics.alias(call.userId, call.previousId),
};
await Promise.all(calls.map((call) => make[call.type](call)));
await fetch("/done", { method: "POST" });
