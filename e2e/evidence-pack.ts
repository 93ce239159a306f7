import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { unzipSync, zipSync } from 'fflate';

/** The program that the product ships for whoever checks a bundle; a bundle holds a copy. */
const VERIFIER = path.resolve(import.meta.dirname, '../verify/verify.mjs');

/** `2026-11-28`, of the browser that has the day in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Has an evidence pack of a client made, of one day. */
export async function makePack(page: Page, client: string, day: string): Promise<void> {
  await page.goto('/reports');
  await page.getByRole('button', { name: 'Make a document' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Make a document' });
  await dialog.getByLabel('What').selectOption({ label: 'Evidence pack' });
  await dialog.getByLabel('Client').selectOption({ label: client });
  await dialog.getByLabel('First day').fill(day);
  await dialog.getByLabel('Last day').fill(day);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row').filter({ hasText: 'Evidence pack' }).filter({ hasText: client }).first();
  await expect(row).toContainText('Ready', { timeout: 90_000 });
}

/** Saves the newest bundle that the grant lets an auditor have; its path. */
export async function takeHome(page: Page, client: string, folder: string): Promise<string> {
  await page.goto('/evidence');
  await page.getByRole('link', { name: client }).click();
  const link = page.getByRole('region', { name: 'Signed documents' }).getByRole('link', { name: /^Bundle/ });
  const href = (await link.first().getAttribute('href')) ?? '';
  const answer = await page.request.get(href);
  expect(answer.status()).toBe(200);
  const file = path.join(folder, 'pack.asice');
  fs.writeFileSync(file, await answer.body());
  return file;
}

/** The certificate that the installation signs with, which it publishes, in PEM. */
export async function certificateOf(page: Page): Promise<string> {
  const answer = await page.request.get('/api/v1/document-certificates');
  expect(answer.status()).toBe(200);
  const { certificates } = (await answer.json()) as { certificates: string[] };
  const lines = certificates[0]?.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** What a program says of a bundle that it is run on, with no network to ask. */
export function verdictOf(bundle: string, ...options: string[]) {
  return spawnSync(process.execPath, [VERIFIER, bundle, ...options], { encoding: 'utf8', timeout: 120_000 });
}

/** The same bundle, but for one letter of one event of the log. */
export function withOneByteChanged(bundle: string): string {
  const files = unzipSync(fs.readFileSync(bundle));
  const name = Object.keys(files).find((one) => one.endsWith('events.jsonl')) ?? '';
  const bytes = files[name];
  if (!bytes) throw new Error('the bundle holds no log');
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const changed = `${bundle}.changed.asice`;
  fs.writeFileSync(changed, zipSync(files));
  return changed;
}
