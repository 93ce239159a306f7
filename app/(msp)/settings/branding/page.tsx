import type { Metadata } from 'next';
import { BrandingForm } from '@/components/documents/branding-form';
import { requireSession } from '@/server/auth/require-scope';
import { readBrand } from '@/server/data/documents';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';

export const metadata: Metadata = { title: 'Branding' };

/** How the MSP's documents look. */
export default async function BrandingPage() {
  const session = await requireSession('change-branding');
  const { scope } = session;
  const brand = await webDatabase().inScope(scope, (tx) => readBrand(tx, scope.mspId));
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
          How your documents look. Those that were made stay as they are: they are signed.
        </p>
        <BrandingForm name={brand.name} colour={brand.colour} logo={logo} />
      </main>
    </>
  );
}
