import '@fontsource-variable/inter/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { DENSITY_COOKIE, densityOf } from '@/components/shell/density';
import { THEME_COOKIE, themeOf } from '@/components/shell/theme';

export const metadata: Metadata = {
  title: { default: 'Holdfast', template: '%s · Holdfast' },
  description: 'Proves that backups can be restored.',
  robots: { index: false, follow: false },
  icons: { icon: '/icon.svg' },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const theme = themeOf(jar.get(THEME_COOKIE)?.value);
  const density = densityOf(jar.get(DENSITY_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme ?? undefined} data-density={density ?? undefined}>
      <body>{children}</body>
    </html>
  );
}
