import type { NextConfig } from 'next';
import { buildName } from './scripts/build-name.mjs';

/** On every response; pages get their Content-Security-Policy in `proxy.ts`, which knows the nonce. */
const HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), browsing-topics=()' },
  // Browsers take it over https only, so it does no harm on loopback.
  { key: 'Strict-Transport-Security', value: 'max-age=63072000; includeSubDomains' },
];

/** What is for programs alone. */
const FOR_PROGRAMS = ['/api/:path*', '/healthz', '/readyz', '/metrics'];

/** A mail as its reader sees it, in a frame of our own pages: nothing in it runs or is fetched. The last rule that fits a path holds. */
const FRAMED_MAIL = {
  source: '/api/v1/branding/mail',
  headers: [
    { key: 'X-Frame-Options', value: 'SAMEORIGIN' },
    {
      key: 'Content-Security-Policy',
      value: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    },
  ],
};

const config: NextConfig = {
  env: { HOLDFAST_BUILD: buildName(process.cwd()) },
  output: 'standalone',
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  devIndicators: false,
  // Titles come with the head for everybody, not only for robots: what a page answers does not depend on what was ready first.
  htmlLimitedBots: /.*/,
  // Their lazy requires and native parts are invisible to the bundler.
  serverExternalPackages: ['@node-rs/argon2', 'bullmq', 'ioredis', 'pg', 'pino', 'prom-client'],
  // A page is loaded when somebody first asks for it: all of them at once would be most of what a start takes.
  experimental: { preloadEntriesOnStart: false },
  // Left to `npm run check`, which is faster and knows the rules.
  typescript: { ignoreBuildErrors: true },
  headers: () =>
    Promise.resolve([
      { source: '/:path*', headers: HEADERS },
      ...FOR_PROGRAMS.map((source) => ({
        source,
        headers: [
          { key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'; sandbox" },
        ],
      })),
      FRAMED_MAIL,
    ]),
};

export default config;
