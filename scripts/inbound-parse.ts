import { parseArgs } from 'node:util';
import { INBOUND_TYPES, parseInbound } from '@/server/inbound/parse-inbound';

/**
 * `npm run -s inbound:parse -- --type message/rfc822 < FILE`: what a message reports, as JSON on standard output. One report is
 * printed as it is, several as `{"reports": […]}`, none as `{"status": null}`. Ends with 2 only for a type that there is none of.
 */
const BYTES_MAX = 32 * 1024 * 1024;

const { values } = parseArgs({
  options: { type: { type: 'string', default: 'message/rfc822' } },
  strict: true,
});
const type = INBOUND_TYPES.find((one) => one === values.type);
if (type) {
  const reports = await parseInbound(await standardInput(), type);
  const [only = { status: null }] = reports;
  console.log(JSON.stringify(reports.length > 1 ? { reports } : only, null, 1));
} else {
  console.error(`There is no type "${values.type}". Known are: ${INBOUND_TYPES.join(', ')}.`);
  process.exitCode = 2;
}

/** What is longer than a mail may be is cut: it then reports what is left of it. */
async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    if (length < BYTES_MAX) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, BYTES_MAX);
}
