import { defineConfig } from 'prisma/config';

// generate, validate and format never run the native schema engine, but the command line wants to download it first:
// point it at any executable, so that they work without a network. Migrations are plain SQL (scripts/migrate.mjs).
if (!process.argv.some((argument) => argument === 'migrate' || argument === 'db')) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
