import type { Metadata } from 'next';
import { MessageRuleTable } from '@/components/channels/message-rule-table';
import { counted } from '@/components/format/amounts';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { readMessageRules } from '@/server/data/message-rule-screens';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';
import { AgentsTabs } from '../../agents-tabs';

export const metadata: Metadata = { title: 'Rules for messages' };

/** The rules that technicians made for messages that no parser reads. */
export default async function MessageRulesPage() {
  const session = await requireSession('view-agents');
  const { scope, role } = session;
  const rules = await readMessageRules(webDatabase(), scope);
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Channels', href: '/agents/channels' }, { name: 'Rules for messages' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Rules for messages</h1>
        <p className="text-13 text-ink-2 max-w-[80ch]">
          {rules.length === 0
            ? 'Messages that no product’s parser reads are put aside.'
            : `${counted(rules.length, 'rule')} for messages that no product’s parser reads. Where several hold for one, the worse of what they say counts.`}
        </p>
        <AgentsTabs here="rules" mayManage={may(role, 'manage-channels', scope.clientIds)} />
        <div className="mt-4">
          {rules.length === 0 ? (
            <Nothing />
          ) : (
            <MessageRuleTable
              rules={rules}
              timeZone={timeZone}
              now={requestTime().getTime()}
              mayChange={may(role, 'manage-channels', scope.clientIds)}
            />
          )}
        </div>
      </main>
    </>
  );
}

function Nothing() {
  return (
    <Empty title="No rule is made yet.">
      A rule is made from a message: open one of the{' '}
      <TextLink href="/agents/channels?state=aside" className="underline">
        channels whose last message was put aside
      </TextLink>
      , show the message, and point at what in it says how the run ended. All like it are read from then on,
      those that were put aside among them.
    </Empty>
  );
}
