/**
 * Asks a route of ours that answers with an object a line, and hands each over as it comes.
 * @returns why it was refused, in words; null: it was not
 * @throws when the answer breaks off within a line
 */
export async function readLines(
  address: string,
  body: string,
  signal: AbortSignal,
  take: (line: unknown) => void,
): Promise<string | null> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal,
  });
  if (!response.ok) return refusalOf(await response.json());
  if (!response.body) throw new Error('no answer');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = `${rest}${value}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line));
  }
  if (rest !== '') throw new Error('broken off');
  return null;
}

/** problem+json, by field where it names any. */
function refusalOf(problem: unknown): string {
  const { detail, fields = {} } = problem as { detail?: unknown; fields?: Record<string, string> };
  const said = [...new Set(Object.values(fields))].join(' ');
  return said === '' ? String(detail) : said;
}
