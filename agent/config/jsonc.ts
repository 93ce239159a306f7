/**
 * JSON with comments and trailing commas. Comments are replaced by spaces, so that line numbers in errors stay right.
 * @throws SyntaxError that names line and column
 */
export function parseJsonc(text: string): unknown {
  const json = blankComments(text).replaceAll(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g, (found) =>
    found === ',' ? ' ' : found,
  );
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new SyntaxError(whereItFails(json, error), { cause: error });
  }
}

function blankComments(text: string): string {
  return text.replaceAll(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' '),
  );
}

function whereItFails(json: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? json.trimEnd().length);
  const before = json.slice(0, position).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `line ${before.length}, column ${column}: not valid JSON here (a comma, quote or bracket is missing or too many)`;
}
