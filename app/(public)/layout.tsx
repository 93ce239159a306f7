import type { ReactNode } from 'react';
import { Brand } from '@/components/shell/brand';

/** Pages for people who are not signed in: one narrow column. */
export default function PublicLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 py-10">
      <Brand />
      {children}
    </main>
  );
}
