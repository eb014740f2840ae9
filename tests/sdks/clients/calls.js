"use strict";

// Makes the calls on any of the SDKs that take one object a call.
module.exports = function make(analytics, calls) {
  for (const call of calls) {
    const { type, ...fields } = call;
    analytics[type](fields);
  }
};
