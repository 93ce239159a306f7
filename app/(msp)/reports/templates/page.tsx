import type { Metadata } from 'next';
import { TemplateTable } from '@/components/documents/template-table';
import { counted } from '@/components/format/amounts';
import { buttonClass } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { listReportTemplates } from '@/server/data/report-templates';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Report templates' };

/** What the MSP chose of our sections for its reports. */
export default async function TemplatesPage() {
  const session = await requireSession('make-document');
  const { scope, role } = session;
  const now = requestTime().getTime();
  const { msp, templates } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    templates: await listReportTemplates(tx, scope.mspId),
  }));
  const mayChange = may(role, 'change-report-templates', scope.clientIds);
  const archived = templates.filter(({ archivedAt }) => archivedAt !== null);
  const shown = { mayChange, timeZone: msp.timeZone, now };
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Reports', href: '/reports' }, { name: 'Templates' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1>Templates</h1>
            <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
              Which of our sections an executive report has, in which order, and your words before them. One
              is chosen when a report is asked for or scheduled; reports that were made keep what they were
              made with.
            </p>
          </div>
          {mayChange && (
            <Link href="/reports/templates/new" className={buttonClass('plain')}>
              Add a template
            </Link>
          )}
        </div>
        <div className="mt-4">
          <TemplateTable
            {...shown}
            templates={templates.filter(({ archivedAt }) => archivedAt === null)}
            withStandard
          />
        </div>
        <p className="text-13 text-ink-3 mt-3 max-w-[80ch]">
          {mayChange ? '' : 'Owners and admins add and change templates. '}
          Evidence packs and certificates have no templates: they are made the same way for everybody, so that
          auditors can compare them and nobody has to ask what was left out.
        </p>
        {archived.length > 0 && (
          <details className="mt-6">
            <summary className="text-accent text-13 w-fit cursor-pointer">
              {counted(archived.length, 'archived template')}
            </summary>
            <div className="mt-2">
              <TemplateTable {...shown} templates={archived} withStandard={false} />
            </div>
          </details>
        )}
      </main>
    </>
  );
}
