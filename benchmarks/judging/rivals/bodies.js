"use strict";

// bodies.js PLAN BODIES: for each line on standard input judges all bodies (one a line) once, and answers with the
// milliseconds it took and how many messages violate the plan.

const fs = require("node:fs");
const readline = require("node:readline");
const { compile, Tally } = require("./judge.js");

const [plan, path] = process.argv.slice(2);
const validators = compile(plan);
const bodies = [];
const data = fs.readFileSync(path);
for (let start = 0, end; (end = data.indexOf(10, start)) >= 0; start = end + 1) bodies.push(data.subarray(start, end));

readline.createInterface({ input: process.stdin }).on("line", () => {
  const began = process.cpuUsage();
  let violating = 0;
  for (const body of bodies) {
    const tally = new Tally(validators);
    for (const message of JSON.parse(body).batch) tally.add(message);
    violating += tally.violating();
  }
  const { user, system } = process.cpuUsage(began);
  console.log(JSON.stringify({ ms: (user + system) / 1000, violating }));
});
console.log("ready");
