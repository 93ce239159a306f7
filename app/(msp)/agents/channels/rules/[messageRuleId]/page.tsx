import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { MessageRuleEditor } from '@/components/channels/message-rule-editor';
import { reachText, RuleSwitch } from '@/components/channels/message-rule-table';
import { RuleProgress } from '@/components/channels/rule-progress';
import { counted } from '@/components/format/amounts';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { reachOf } from '@/domain/message-rules/message-rule';
import { requireSession } from '@/server/auth/require-scope';
import { findListedMessageRule, type ListedMessageRule } from '@/server/data/message-rule-screens';
import { webDatabase } from '@/server/data/web-database';
import { type ShownRuleMessage, showRuleMessage } from '@/server/services/show-rule-message';
import { PageTop } from '../../../../page-top';
import { type OfferedReach, offeredReaches } from '../../../../rule-reaches';

export const metadata: Metadata = { title: 'Rule for messages' };

interface Props {
  params: Promise<{ messageRuleId: string }>;
  searchParams: Promise<{ again?: string | string[] }>;
}

/** A rule for messages: how far it has read, and what it says, to be changed beside the message that it was made from. */
export default async function MessageRulePage({ params, searchParams }: Props) {
  const session = await requireSession('view-agents');
  const { scope, role } = session;
  const mayChange = may(role, 'manage-channels', scope.clientIds);
  const messageRuleId = z.uuid().safeParse((await params).messageRuleId).data;
  const again = z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .safeParse((await searchParams).again).data;
  const rule = messageRuleId && (await findListedMessageRule(webDatabase(), scope, messageRuleId));
  if (!rule) notFound();
  const message = rule.exampleReportId && (await showRuleMessage(webDatabase(), scope, rule.exampleReportId));
  return (
    <>
      <PageTop
        session={session}
        clientId={rule.clientId}
        crumbs={[
          { name: 'Channels', href: '/agents/channels' },
          { name: 'Rules for messages', href: '/agents/channels/rules' },
          { name: rule.name },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1 className="[overflow-wrap:anywhere]">{rule.name}</h1>
            <p className="text-13 text-ink-2">
              {rule.disabledAt ? 'Switched off. ' : ''}Asked of {reachText(rule)}; has read{' '}
              {counted(rule.readCount, 'message')}; version {rule.version}, made by {rule.createdByName}.
            </p>
          </div>
          {mayChange && <RuleSwitch rule={rule} />}
        </div>
        {again !== undefined && (
          <RuleProgress key={rule.version} messageRuleId={rule.messageRuleId} againCount={again} />
        )}
        {message && <Editor rule={rule} message={message} clientIds={scope.clientIds} />}
        {mayChange && !message && <NoExample />}
      </main>
    </>
  );
}

function NoExample() {
  return (
    <p className="text-13 text-ink-3 mt-4">
      The message that it was made from is not shown any more, so that it cannot be changed here. Make a new
      rule from a{' '}
      <TextLink href="/agents/channels?state=aside" className="underline">
        message that was put aside
      </TextLink>
      , and switch this one off.
    </p>
  );
}

function Editor({
  rule,
  message,
  clientIds,
}: {
  rule: ListedMessageRule;
  message: ShownRuleMessage;
  clientIds: '*' | readonly string[];
}) {
  const { messageRuleId, version, name, definition } = rule;
  const { rawReportId, from, texts, rows } = message;
  return (
    <>
      <p className="text-13 text-ink-2 mt-3">
        Beside the message that it was made from:{' '}
        <TextLink href={`/raw-reports/${rawReportId}`} className="underline">
          message {message.number} of {message.channelName}
        </TextLink>
        . What it read before stays as it was read.
      </p>
      <MessageRuleEditor
        // One that was changed meanwhile begins anew.
        key={version}
        message={{ rawReportId, from, texts, rows }}
        reaches={reachesOf(rule, message, clientIds)}
        rule={{ messageRuleId, version, name, reach: reachOf(rule), definition }}
      />
    </>
  );
}

/** As the message offers them; the rule's own, where it is another, stays as it is. */
function reachesOf(
  rule: ListedMessageRule,
  message: ShownRuleMessage,
  clientIds: '*' | readonly string[],
): OfferedReach[] {
  const own = reachOf(rule);
  return offeredReaches(message, clientIds).map((offered) =>
    offered.reach === own ? { ...offered, clientId: rule.clientId, channelId: rule.channelId } : offered,
  );
}
