import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { requireSession } from '@/server/auth/require-scope';
import { findReportTemplate } from '@/server/data/report-templates';
import { webDatabase } from '@/server/data/web-database';
import { TemplatePage } from '../template-page';

export const metadata: Metadata = { title: 'Report template' };

interface Props {
  params: Promise<{ templateId: string }>;
}

/** A template that is changed. */
export default async function KeptTemplatePage({ params }: Props) {
  const session = await requireSession('change-report-templates');
  const { scope } = session;
  const { templateId } = await params;
  if (!z.uuid().safeParse(templateId).success) notFound();
  const found = await webDatabase().inScope(scope, (tx) => findReportTemplate(tx, scope.mspId, templateId));
  if (!found || found.archivedAt !== null) notFound();
  const { name, version, choices, recipients } = found;
  return (
    <TemplatePage
      session={session}
      title={name}
      kept={{ templateId, version }}
      name={name}
      choices={choices}
      recipients={recipients}
    >
      {`Version ${version}. What you change makes the next one; reports that were made, or wait to be, keep theirs.`}
    </TemplatePage>
  );
}
