import type { Metadata } from 'next';
import { themeOf } from '@/components/shell/theme';
import { Wallboard } from '@/components/wallboard/wallboard';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { countSamples } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';

export const metadata: Metadata = { title: 'Wallboard' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The fleet for a TV: renews itself, and shouts when what it shows cannot be relied on. `?theme=light` for a bright room. */
export default async function WallboardPage({ searchParams }: Props) {
  const { scope } = await requireSession('view-fleet');
  const { theme } = await searchParams;
  const [msp, { samples }] = await webDatabase().inScope(scope, async (tx) => [
    await findMsp(tx, scope.mspId),
    await countSamples(tx, scope.mspId),
  ]);
  return (
    <Wallboard
      mspName={samples > 0 ? `${msp.name}, sample data` : msp.name}
      timeZone={msp.timeZone}
      theme={themeOf(typeof theme === 'string' ? theme : undefined) ?? 'dark'}
    />
  );
}
