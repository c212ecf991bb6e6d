import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { Chain, Link } from './chain.ts'
import { SeededRandom, seedFromEnvironment } from './random.ts'

class Named extends Link {
  readonly name: string
  constructor(name: string) {
    super()
    this.name = name
  }
}
const namesOf = (chain: Chain<Named>) => chain.all().map(({ name }) => name)

suite('Chain', () => {
  test('keeps the order of arrival, whoever leaves', () => {
    const chain = new Chain<Named>(),
      [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => new Named(name)) as [Named, Named, Named, Named]
    for (const link of [a, b, c, d]) chain.add(link)
    chain.remove(b)
    assert.deepEqual([namesOf(chain), chain.first?.name, chain.size], [['a', 'c', 'd'], 'a', 3])
    chain.remove(a)
    chain.remove(d)
    chain.add(b)
    assert.deepEqual([namesOf(chain), chain.first?.name, chain.size], [['c', 'b'], 'c', 2])
  })
  test('who has left refers to nobody, and may leave again or stand in another', () => {
    const one = new Chain<Named>(),
      other = new Chain<Named>(),
      link = new Named('a')
    one.add(new Named('before'))
    one.add(link)
    one.add(new Named('after'))
    one.remove(link)
    assert.deepEqual([link.before, link.after, link.chain], [undefined, undefined, undefined])
    one.remove(link)
    other.add(link)
    one.remove(link)
    assert.deepEqual([namesOf(one), namesOf(other), one.has(link)], [['before', 'after'], ['a'], false])
  })
  test('takes nobody who stands in one: the other would lose all behind it', () => {
    const one = new Chain<Named>(),
      other = new Chain<Named>(),
      link = new Named('a')
    one.add(link)
    for (const chain of [one, other]) assert.throws(() => chain.add(link), /stands in a chain/)
    assert.deepEqual([namesOf(one), one.size, namesOf(other), other.size], [['a'], 1, [], 0])
  })
  test('holds what a Set would, after whatever came and went', () => {
    const seed = seedFromEnvironment(),
      random = new SeededRandom(seed),
      chain = new Chain<Named>(),
      set = new Set<Named>(),
      links = Array.from({ length: 10 }, (_, i) => new Named(`${i}`))
    for (let step = 0; step < 500; step++) {
      const link = random.pick(links)
      if (set.delete(link)) chain.remove(link)
      else {
        set.add(link)
        chain.add(link)
      }
      assert.deepEqual([chain.all(), chain.size, chain.first], [[...set], set.size, [...set][0]], `seed ${seed}`)
    }
  })
})
