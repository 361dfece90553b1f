// ---- raw DEFLATE (RFC 1951) of what is packed in the page; at once, where the browser's own way makes one wait
const inflate = (() => {
  const SIZES = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const SIZE_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
  const BACKS = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
  const BACK_BITS = BACKS.map((_, at) => (at < 2 ? 0 : (at >> 1) - 1));
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

  function book(lengths) {  // symbols of a canonical code, and how many there are of each length
    const counts = new Uint16Array(16);
    for (const one of lengths) counts[one] += 1;
    counts[0] = 0;
    const first = new Uint16Array(17);
    for (let bits = 1; bits < 16; bits += 1) first[bits + 1] = first[bits] + counts[bits];
    const symbols = new Uint16Array(lengths.length);
    lengths.forEach((bits, symbol) => {
      if (bits) symbols[first[bits]++] = symbol;
    });
    return { counts, symbols };
  }
  const FIXED = [
    book(Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8))),
    book(new Array(30).fill(5)),
  ];

  return (input) => {
    let out = new Uint8Array(input.length * 5 + 64);
    let [size, at, held, left] = [0, 0, 0, 0];
    const bits = (n) => {
      while (left < n) {
        if (at >= input.length) throw new RangeError("cut short");
        held |= input[at] << left;
        at += 1;
        left += 8;
      }
      const value = held & ((1 << n) - 1);
      held >>>= n;
      left -= n;
      return value;
    };
    const room = (n) => {
      if (size + n <= out.length) return;
      const wider = new Uint8Array(Math.max(2 * out.length, size + n));
      wider.set(out);
      out = wider;
    };
    const symbol = ({ counts, symbols }) => {
      let [code, first, index] = [0, 0, 0];
      for (let n = 1; n < 16; n += 1) {
        code |= bits(1);
        if (code - counts[n] < first) return symbols[index + code - first];
        index += counts[n];
        first = (first + counts[n]) << 1;
        code <<= 1;
      }
      throw new RangeError("no such code");
    };
    const books = () => {
      const [n, m, k] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
      const lengths = new Array(19).fill(0);
      for (let one = 0; one < k; one += 1) lengths[ORDER[one]] = bits(3);
      const reader = book(lengths);
      const all = [];
      while (all.length < n + m) {
        const one = symbol(reader);
        if (one < 16) all.push(one);
        else {
          const [value, times] = one === 16 ? [all[all.length - 1], 3 + bits(2)] : [0, one === 17 ? 3 + bits(3) : 11 + bits(7)];
          for (let again = 0; again < times; again += 1) all.push(value);
        }
      }
      return [book(all.slice(0, n)), book(all.slice(n))];
    };
    for (let last = 0; !last;) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) {
        [held, left] = [0, 0];
        const n = input[at] | (input[at + 1] << 8);
        room(n);
        out.set(input.subarray(at + 4, at + 4 + n), size);
        at += 4 + n;
        size += n;
        continue;
      }
      const [plain, backs] = kind === 1 ? FIXED : books();
      for (let one = symbol(plain); one !== 256; one = symbol(plain)) {
        if (one < 256) {
          room(1);
          out[size] = one;
          size += 1;
          continue;
        }
        const n = SIZES[one - 257] + bits(SIZE_BITS[one - 257]);
        const which = symbol(backs);
        const back = BACKS[which] + bits(BACK_BITS[which]);
        room(n);
        for (let copied = 0; copied < n; copied += 1) out[size + copied] = out[size + copied - back];
        size += n;
      }
    }
    return out.subarray(0, size);
  };
})();
const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const unpackedJson = (base64) => JSON.parse(new TextDecoder().decode(inflate(bytesOf(base64))));
