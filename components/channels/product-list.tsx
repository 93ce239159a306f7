'use client';

import { Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from '../ui/link';

interface ProductRow {
  readonly key: string;
  readonly name: string;
  /** Further words by which it is looked for. */
  readonly also: string;
  /** By which ways, in words. */
  readonly ways: string;
  /** What the best of them shows. */
  readonly best: 'restore tests' | 'copies' | 'claims only';
  readonly href: string;
}

/** Every product that can be connected, narrowed while one types; what fits nothing else stays in sight. */
export function ProductList({
  products,
  catchAllKey,
}: {
  products: readonly ProductRow[];
  catchAllKey: string;
}) {
  const [text, setText] = useState('');
  const words = text.trim().toLowerCase().split(/\s+/);
  const found = products.filter(({ key, name, also }) => {
    const said = `${name} ${also}`.toLowerCase();
    return key === catchAllKey || words.every((word) => said.includes(word));
  });
  return (
    <div className="border-line-2 overflow-hidden rounded-lg border">
      <search className="border-line text-ink-3 flex h-10 items-center gap-2 border-b px-3">
        <Search size={14} aria-hidden="true" className="flex-none" />
        <input
          type="search"
          aria-label="Filter products"
          placeholder="Filter products"
          data-filter=""
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          className="text-ink placeholder:text-ink-3 w-full bg-transparent text-sm outline-offset-4"
        />
        <output className="text-xs whitespace-nowrap tabular-nums">
          {found.length} of {products.length}
        </output>
      </search>
      <ul className="max-h-[460px] overflow-y-auto" aria-label="Products">
        {found.map((product) => (
          <li key={product.key} className="border-line border-b last:border-b-0" data-row="">
            <Link
              href={product.href}
              data-row-link=""
              className="hover:bg-bg-2 flex items-center justify-between gap-3 px-3 py-2 -outline-offset-2"
            >
              <span className="min-w-0">
                <span className="block truncate text-sm font-medium">{product.name}</span>
                <span className="text-ink-3 block text-xs">{product.ways}</span>
              </span>
              <span
                className={
                  product.best === 'claims only'
                    ? 'text-ink-3 border-line-2 flex-none rounded border border-dashed px-2 text-xs leading-5'
                    : 'text-ink border-edge flex-none rounded border px-2 text-xs leading-5'
                }
              >
                {product.best === 'claims only' ? product.best : `up to ${product.best}`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
