import type { Metadata } from 'next';
import { z } from 'zod';
import { STANDARD_CHOICES, TEMPLATE_NAME_MAX } from '@/domain/report/report-template';
import { requireSession } from '@/server/auth/require-scope';
import { findReportTemplate } from '@/server/data/report-templates';
import { webDatabase } from '@/server/data/web-database';
import { TemplatePage } from '../template-page';

export const metadata: Metadata = { title: 'A new report template' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A template that is made, from the standard one or from another (`copy`). */
export default async function NewTemplatePage({ searchParams }: Props) {
  const session = await requireSession('change-report-templates');
  const { scope } = session;
  const asked = z.uuid().safeParse((await searchParams)['copy']);
  const copied = asked.success
    ? await webDatabase().inScope(scope, (tx) => findReportTemplate(tx, scope.mspId, asked.data))
    : null;
  return (
    <TemplatePage
      session={session}
      title="A new template"
      kept={null}
      name={copied ? `${copied.name}, copy`.slice(-TEMPLATE_NAME_MAX) : ''}
      choices={copied?.choices ?? STANDARD_CHOICES}
      recipients={copied?.recipients ?? []}
    >
      {copied
        ? `It begins as ${copied.name} is now. Nothing is kept before you add it.`
        : 'It begins as the standard report. Nothing is kept before you add it.'}
    </TemplatePage>
  );
}
