import type { Metadata } from 'next';
import { BrandingForm } from '@/components/documents/branding-form';
import { requireSession } from '@/server/auth/require-scope';
import { listClientNames } from '@/server/data/clients';
import { readBrand } from '@/server/data/documents';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { reportMonths } from '../../reports/document-choices';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Branding' };

/** How the MSP's documents look. */
export default async function BrandingPage() {
  const session = await requireSession('change-branding');
  const { scope } = session;
  const { brand, clients } = await webDatabase().inScope(scope, async (tx) => ({
    brand: await readBrand(tx, scope.mspId),
    clients: await listClientNames(tx, scope.mspId),
  }));
  const [, lastMonth] = reportMonths(requestTime());
  const logo = brand.logoPng && `data:image/png;base64,${Buffer.from(brand.logoPng).toString('base64')}`;
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Reports', href: '/reports' }, { name: 'Branding' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Branding</h1>
        <p className="text-13 text-ink-2 mb-4 max-w-[80ch]">
          How your documents look, and the mails that bring them. Those that were made stay as they are: they
          are signed.
        </p>
        <BrandingForm
          name={brand.name}
          colour={brand.colour}
          logo={logo}
          clients={clients}
          month={lastMonth?.month ?? ''}
        />
      </main>
    </>
  );
}
