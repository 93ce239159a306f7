import { TemplateEditor } from '@/components/documents/template-editor';
import type { ReportChoices } from '@/domain/report/report-template';
import type { CurrentSession } from '@/server/auth/current-session';
import { listClientNames } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { reportMonths } from '../document-choices';

interface Props {
  session: CurrentSession;
  title: string;
  /** Under the title. */
  children: string;
  kept: { readonly templateId: string; readonly version: number } | null;
  name: string;
  choices: ReportChoices;
  recipients: readonly string[];
}

/** One template on a page of its own, new or kept. */
export async function TemplatePage({ session, title, children, ...template }: Props) {
  const { scope } = session;
  const clients = await webDatabase().inScope(scope, (tx) => listClientNames(tx, scope.mspId));
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[
          { name: 'Reports', href: '/reports' },
          { name: 'Templates', href: '/reports/templates' },
          { name: title },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>{title}</h1>
        <p className="text-13 text-ink-2 mt-1 mb-4 max-w-[80ch]">{children}</p>
        <TemplateEditor {...template} clients={clients} months={reportMonths(requestTime())} />
      </main>
    </>
  );
}
