/**
 * Text as a file to download, sent as it is made, so that its length costs no memory. When making fails halfway the transfer breaks
 * off, and nobody takes a part for the whole.
 */
export function linesResponse(
  fileName: string,
  contentType: string,
  lines: AsyncGenerator<string | Uint8Array>,
): Response {
  return new Response(lineStream(lines), {
    headers: {
      'content-type': contentType,
      'content-disposition': `attachment; filename="${fileName.replaceAll(/[^\w.-]+/g, '-')}"`,
    },
  });
}

/** Text as it is made. Reads on only as fast as the other side takes, and no further once it has gone. */
function lineStream(lines: AsyncGenerator<string | Uint8Array>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

/** Objects as they are made, one a line. The first is waited for, so that what is refused at once is answered as problem+json. */
export async function jsonLines(objects: AsyncGenerator<object, void>): Promise<Response> {
  const first = await objects.next();
  return new Response(lineStream(linesOf(first, objects)), {
    headers: { 'content-type': 'application/x-ndjson' },
  });
}

async function* linesOf(
  first: IteratorResult<object, void>,
  others: AsyncGenerator<object, void>,
): AsyncGenerator<string> {
  if (!first.done) yield `${JSON.stringify(first.value)}\n`;
  for await (const one of others) yield `${JSON.stringify(one)}\n`;
}
