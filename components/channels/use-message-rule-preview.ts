import { useEffect, useState } from 'react';
import type { RuleStatus } from '@/domain/message-rules/message-rule';
import { type Refusal, sendJson } from '../forms/send-json';

/** What a rule takes out of a message, as the preview's route answers it. */
export type TriedFact =
  | { name: 'job' | 'host' | 'reason'; said: string; value: string | null }
  | { name: 'duration' | 'bytes'; said: string; value: number | null }
  | { name: 'started' | 'ended'; said: string; value: { at: string; isLocal: boolean } | null };

/** What a rule would make of a message, as the preview's route answers it. */
export interface TriedMessage {
  rawReportId: string;
  channelName: string;
  clientName: string;
  timeZone: string;
  number: number;
  /** ISO 8601. */
  receivedAt: string;
  title: string;
  said: 'none' | 'undecided' | 'decided';
  status: RuleStatus | null;
  because: string;
  facts: readonly TriedFact[];
  product: string | null;
  parserStatus: RuleStatus | null;
  isParsers: boolean;
}

interface Preview {
  example: TriedMessage;
  aside: readonly TriedMessage[];
  read: readonly TriedMessage[];
}

export type MessageRulePreview =
  | { readonly state: 'none' | 'running' }
  | { readonly state: 'ready'; readonly preview: Preview }
  | { readonly state: 'refused'; readonly refusal: Refusal };

/** While somebody types, the question waits for a pause. */
const QUIET_MS = 350;

/** What a draft of a rule (its JSON; null: there is none) makes of messages, asked for anew when it differs; what is overtaken is dropped. */
export function useMessageRulePreview(draft: string | null): MessageRulePreview {
  const [newest, setNewest] = useState<{ asked: string; preview: MessageRulePreview } | null>(null);
  useEffect(() => {
    if (draft === null) return;
    let isOvertaken = false;
    const timer = setTimeout(() => {
      void sendJson<Preview>('POST', '/api/v1/message-rule-previews', JSON.parse(draft)).then((sent) => {
        if (isOvertaken) return;
        setNewest({
          asked: draft,
          preview: sent.isOk
            ? { state: 'ready', preview: sent.answer }
            : { state: 'refused', refusal: sent.refusal },
        });
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      isOvertaken = true;
    };
  }, [draft]);
  if (draft === null) return { state: 'none' };
  return newest?.asked === draft ? newest.preview : { state: 'running' };
}
