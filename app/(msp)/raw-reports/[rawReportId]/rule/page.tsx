import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { MessageRuleEditor } from '@/components/channels/message-rule-editor';
import { requireSession } from '@/server/auth/require-scope';
import { webDatabase } from '@/server/data/web-database';
import { showRuleMessage } from '@/server/services/show-rule-message';
import { PageTop } from '../../../page-top';
import { offeredReaches } from '../../../rule-reaches';

export const metadata: Metadata = { title: 'Make a rule' };

interface Props {
  params: Promise<{ rawReportId: string }>;
}

/** Makes a rule from a message: one points at what in it says how the run ended, and sees at once what that makes of it. */
export default async function MakeRulePage({ params }: Props) {
  const session = await requireSession('manage-channels');
  const { scope } = session;
  const rawReportId = z.uuid().safeParse((await params).rawReportId).data;
  const message = rawReportId && (await showRuleMessage(webDatabase(), scope, rawReportId));
  if (!message) notFound();
  const { clientId, clientName, channelId, channelName, number } = message;
  return (
    <>
      <PageTop
        session={session}
        clientId={clientId}
        crumbs={[
          { name: clientName, href: `/clients/${clientId}` },
          { name: channelName, href: `/agents/channels/${channelId}` },
          { name: `Message ${number}`, href: `/raw-reports/${message.rawReportId}` },
          { name: 'Make a rule' },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1 className="[overflow-wrap:anywhere]">
          Make a rule from message {number} of {channelName}
        </h1>
        <p className="text-13 text-ink-2 max-w-[80ch]">
          Point at what in the message says how the run ended, and at what else it tells. All messages like it
          are read so from then on; what no rule and no parser reads stays aside, and is never a success.
        </p>
        <MessageRuleEditor
          message={viewOf(message)}
          reaches={offeredReaches(message, scope.clientIds)}
          rule={null}
        />
      </main>
    </>
  );
}

function viewOf({
  rawReportId,
  from,
  texts,
  rows,
}: NonNullable<Awaited<ReturnType<typeof showRuleMessage>>>) {
  return { rawReportId, from, texts, rows };
}
