// `node health.js`: exit code 0 while the gateway in this container answers.
const answer = await fetch("http://127.0.0.1:7000/health", { signal: AbortSignal.timeout(3000) }).catch(
  () => undefined,
);
process.exit(answer?.ok ? 0 : 1);
