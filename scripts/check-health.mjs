// `node scripts/check-health.mjs URL`: ends with 0 when that address answers that all is well. For health checks of containers.
const [url = ''] = process.argv.slice(2);
const isWell = await fetch(url, { signal: AbortSignal.timeout(4000) }).then(
  (response) => response.ok,
  () => false,
);
process.exitCode = isWell ? 0 : 1;
