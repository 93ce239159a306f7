import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { requireSession } from '@/server/auth/require-scope';
import { PortalContent } from '../portal-content';

export const metadata: Metadata = { title: 'Are we protected?' };

/** The same for one of a leader's companies. */
export default async function PortalOfClientPage({ params }: { params: Promise<{ clientId: string }> }) {
  const session = await requireSession('view-portal');
  const clientId = z.uuid().safeParse((await params).clientId).data;
  if (!clientId) notFound();
  return <PortalContent session={session} clientId={clientId} />;
}
