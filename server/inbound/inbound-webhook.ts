import type { Confidence, ToldReport } from './inbound-report';

/** One product's JSON, as it posts it. Pure; any JSON may come. */
export interface InboundWebhook {
  readonly product: string;
  readonly confidence: Confidence;
  /** null: this is no message of the product. An empty list: it is one, and reports no run. */
  parse(json: unknown): readonly ToldReport[] | null;
}
