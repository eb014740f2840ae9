"use strict";

// What a Node team would write: JSON.parse, Ajv with all errors, counts per event and per thing that is wrong.

const fs = require("node:fs");
const Ajv = require("ajv");
const addFormats = require("ajv-formats");

function compile(path) {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  const plan = JSON.parse(fs.readFileSync(path, "utf8"));
  return new Map(plan.rules.map((rule) => [rule.name, ajv.compile(rule.schema)]));
}

class Tally {
  constructor(validators) {
    this.validators = validators;
    this.counts = new Map(); // event -> [conforming, violating]
    this.violations = new Map(); // event, field and keyword -> how often
  }

  add(message) {
    let count = this.counts.get(message.event);
    if (count === undefined) this.counts.set(message.event, (count = [0, 0]));
    const validate = this.validators.get(message.event);
    if (validate(message)) {
      count[0] += 1;
      return;
    }
    count[1] += 1;
    for (const error of validate.errors) {
      const key = message.event + "\u0001" + error.instancePath + "\u0001" + error.keyword;
      this.violations.set(key, (this.violations.get(key) || 0) + 1);
    }
  }

  violating() {
    return [...this.counts.values()].reduce((sum, [, violating]) => sum + violating, 0);
  }
}

module.exports = { compile, Tally };
