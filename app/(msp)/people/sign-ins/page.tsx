import type { Metadata } from 'next';
import { SignInTable } from '@/components/people/sign-in-table';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { readSignIns } from '@/server/data/sign-ins';
import { webDatabase } from '@/server/data/web-database';
import { readSignInMark } from '../../../sign-in-mark';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Sign-ins' };

interface Props {
  searchParams: Promise<{ before?: string | string[] }>;
}

/** Who of the MSP's people signed in or was refused, when and from where. */
export default async function SignInsPage({ searchParams }: Props) {
  const session = await requireSession('view-sign-ins');
  const { scope } = session;
  const before = readSignInMark((await searchParams).before);
  const msp = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const { signIns, next } = await readSignIns(webDatabase(), scope, null, before);
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'People', href: '/people' }, { name: 'Sign-ins' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <div>
            <h1>Sign-ins</h1>
            <p className="text-13 text-ink-2 max-w-[80ch]">
              Of everybody who can sign in to {msp.name}, accepted and refused, newest first. What is tried
              with an e-mail that nobody has stands in no list.
            </p>
          </div>
          <CsvLink href="/api/v1/sign-ins/csv" what="all sign-ins" />
        </div>
        {signIns.length > 0 ? (
          <SignInTable
            signIns={signIns}
            isOfMany
            timeZone={msp.timeZone}
            now={requestTime().getTime()}
            olderHref={next === null ? null : `/people/sign-ins?before=${next}`}
            newestHref={before === null ? null : '/people/sign-ins'}
          />
        ) : (
          <Empty title="No older sign-ins.">
            <TextLink href="/people/sign-ins">Back to the newest</TextLink>
          </Empty>
        )}
      </main>
    </>
  );
}
