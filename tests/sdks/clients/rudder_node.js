"use strict";

// node rudder_node.js URL WRITE_KEY CALLS: sends the calls as @rudderstack/rudder-sdk-node does by default.

const fs = require("node:fs");
const Analytics = require("@rudderstack/rudder-sdk-node");

const [url, writeKey, calls] = process.argv.slice(2);
const analytics = new Analytics(writeKey, { dataPlaneUrl: url });
require("./calls.js")(analytics, JSON.parse(fs.readFileSync(calls, "utf8")));
analytics.flush((error) => {
  if (error) {
    console.error(error);
    process.exitCode = 1;
  }
});
