"use strict";

// node segment_node.js URL WRITE_KEY CALLS: sends the calls as @segment/analytics-node does by default.

const fs = require("node:fs");
const { Analytics } = require("@segment/analytics-node");

const [url, writeKey, calls] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host: url });
analytics.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
require("./calls.js")(analytics, JSON.parse(fs.readFileSync(calls, "utf8")));
analytics.closeAndFlush({ timeout: 30000 });
