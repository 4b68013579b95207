/**
 * Node's HTTP client. Not imported from `node:http`: to bind what that module exports Node reads all of it, `WebSocket` as well, for which it loads
 * another client first, a fiftieth of this program's time in an `up`.
 */
export const { Agent, get, request } = process.getBuiltinModule("node:http");
