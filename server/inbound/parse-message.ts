import type { Confidence, InboundReport, InboundText, ToldReport } from './inbound-report';
import { PARSERS, WEBHOOKS } from './parsers';
import { worstOf } from './read-text';

/** What was heard of one message. */
export interface Heard {
  /** Whose message it is; null: no product's, or one of several products at once, which is none. */
  readonly product: string | null;
  /** Empty of a product's own message: it reports no run. */
  readonly reports: readonly InboundReport[];
}

export const NOTHING_HEARD: Heard = { product: null, reports: [] };

/** What the parsers make of one message that says the same thing in several ways (text, HTML, mails that it holds). */
export function hearTexts(texts: readonly InboundText[]): Heard {
  const { product, reports } = ofOneProduct(PARSERS, (parser) => {
    const said = texts.map((text) => parser.parse(text));
    return said.every((one) => one === null) ? null : said.flatMap((one) => one ?? []);
  });
  return { product, reports: agreed(reports) };
}

/** What a webhook's JSON reports. */
export function hearJson(json: unknown): Heard {
  return ofOneProduct(WEBHOOKS, (webhook) => webhook.parse(json));
}

/** What the only product that takes a message says of it; one that reports a run comes before one that does not. */
function ofOneProduct<Parser extends { readonly product: string; readonly confidence: Confidence }>(
  parsers: readonly Parser[],
  saidBy: (parser: Parser) => readonly ToldReport[] | null,
): Heard {
  const takers = parsers.flatMap((parser) => {
    const said = saidBy(parser);
    return said === null ? [] : [{ parser, said }];
  });
  const tellers = takers.filter(({ said }) => said.length > 0);
  const [only, ...others] = tellers.length > 0 ? tellers : takers;
  if (!only || others.length > 0) return NOTHING_HEARD;
  const { product, confidence } = only.parser;
  return { product, reports: only.said.map((report) => ({ product, confidence, ...report })) };
}

/** The same run told twice is one: the worst of what is said of it holds. */
function agreed(said: readonly InboundReport[]): InboundReport[] {
  const runs = new Map<string, InboundReport[]>();
  for (const report of said) {
    const key = JSON.stringify([report.job ?? null, report.host ?? null, report.server ?? null, report.kind]);
    runs.set(key, [...(runs.get(key) ?? []), report]);
  }
  return [...runs.values()].flatMap((tellings) => {
    const worst = worstOf(tellings.map(({ status }) => status));
    return tellings.find(({ status }) => status === worst) ?? [];
  });
}
