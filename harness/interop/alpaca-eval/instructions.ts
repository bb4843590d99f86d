/**
 * Fingerprints of AlpacaEval's 805 instructions in the order of the suite, four bytes each (little-endian, base64).
 * They tell the place of an instruction in the suite without the instructions, which are not ours to ship: scoring
 * someone's annotation file needs no download.
 */
const FINGERPRINTS = `
    sP2DS505F9t53N8hHsj6Co9d+NMaKQSTdXfbCM35EiDOJi416tHSyuAm9dwhsIYeVptCSn42AL/rTfIhpIlquvSbauwvgEkH6CWJ
    ag48Y9IxSkDI+iNtM+UEBYv/B2RzT858fxajGrrG+E/Hh4ppelRfVEs3Qzo3UiOGxqWiPu4Ea1OqvvicYJE7vVgc+ItFVtqWUPeu
    O86vtfNGfgKnjV7lCvTH+faCAfvfSU50IINUAkm6/yEuYfdCNKWJvuhNeiwVHaRlnx0q5QnzJh2/tEnX3aKEFmSglKwcImwEK6pV
    gVenYBj9Byh2gjnecSCSjIYsDSt7QPgrqziQlqNEqugWMFFQwWmU/9dZ6N03TUgAHvBy14/t7JCWLs8V38Ll8IbwAuMdmlbWMcl7
    bcOxqbn4obm0bkcCNUQLvA4av+sn/93qWzqvqoDNg4MghfaEha81cgFajHtPs1ArXsaBX4Ex/BAshZ4Z6aX8h0SGVvB30DTYEqIt
    TsZiOtFYkhsI/b8jDiD6fHn0AlNo5jBLqSfJQvyPQd7/EVrVWos8YPNyjkqGG5hYdzTEOnrgLKdIvQCay0RX15tZK0GF3M+ENLhf
    qEzKEp2xz5s3rAG5HnSbcCW6FiUlMLY4Ffb9IRspAywpZeSJen5Y1dkqWKAULkFEIa+UIMFi2im6PMhKnjqafasgTqZsWg4Rb9zo
    kw9y5pjoqAym6oEG/WEKwUSfHNFqmFkeL1Npx1XKY8VJOxWhq0n/eBEZHIMjr6UWMFK7MWZrm1GviGXD0GLwSRtr1yewSGtnxogR
    fOFiJoZcEOIMxNLxgPtJoJEW16nK32Urz2lxuRrIcE34q0WPdfK0y7yjq73eVX5Fh5ZFbIEac01KUFtRc6dZB0cUtTEgk9OX+kG/
    nZDWfiQUF5EDxhI/CBzZgiKlp6i/4IXg6Ctm0X4izH3zVO5I11WQZLO3uMyulaRkmpxqgnz/XBlNxuMmEbkdFfZ38aWaVdAkwxwd
    YK7t4k+1v6bEiHOIeygSMJy8wfECArMfRWnYFAKDOCsIhw2PgxvfriWJYoLebIhkWcwidj1fP6EAO1TpTu8zSREH5TErKpnQI8Cn
    aIGTgqHBHQ0ZrRnDLsSCICerSJuf82Y8oTHkMtv3XXE2prrmbCUqWh23Tv3iR/gYrGNhajsmv5GQ+J/Db08HtXcym7e6m4OccAuc
    4gjGjE1Vkd5W9e+1Y3fTlidmzMTVNtW6FHxy2sH9Pab+2mGMvoxLi4v7hvK7aWiuKcD9NDaZmHHzFC7tKmW8DAOTXm+TaKRwPhf0
    Et8/62CcJnVbKf7LsU8hKSfbAu1HMjqKATmNYmi+6J9EGlhcjc4uEhdm5izItKQnAOjV8Slnosqe8NYGW7r9mxostVbqOyGY0PSG
    WQcRBXDnGkdmiNIm/UtgWYp/8ZiQZbjHWpS1fEZHvevKnG+iHlLoDxJG1IBuLvk2YPwOM472BfwtnD8IV2bKmtsVcZnbIhtYsAZT
    HpxcOGFmy9G7yMi2HZATgP+HkixrE9Wl5j3G+gnPn46sVU1j+aVzAFDrNMKPEG2Xx+CvSPlw4hIQOajZuUlaWGCD4MQ2TPH84+gq
    11EnH6z8GkWWgIPPZdqEUX3R3rlYQbqnSiW+OeqRgl0I+qzzwEYFAjly7rC/hOW/B6N/iezGGKoPmUd2E9FFquUXkBlKisUXNaib
    OaNuWJwgvh6kvF7oyyRhrXLLPQecX8uiUlmEhc4iILcFbFmgFl3eDWeyhQ7owFcweTkShbt3p1jw6j3DGj/VrJ3pHZ2BjMscKOu5
    iNpKFFD2hvkexH7+RFrnFsS1BeIZLCwgA+kMvuVy5H8JmW+Ct6fihHR2o2GtOgEJ6S2zYuarVwfcXIJYsS1C8yOLdOqwLK2MNSh5
    5OPD6xw/YQSjJld0I7YAEoUuu3rdLfGrstFZYCjdErASACLjUn+6X/QHaIZ9F7lzM134S/35lZCk4mhL6pd7mf8tHhb5OnejhRsR
    rjbC+Q4D67Hp3O12DdBkueNVemkVKKrmIDShPt3vkkyzM6SZnAw/jIf6aAko02JutpQi0WJWcAeBXtUkS/tdfBL3OpHYL6MfnfI8
    mYRPgMgIW6iFAT0rzMCG4GyzDTbMGY9dBIXnP0hixUti0kDDaQcH5pgNRaYNSDNrzgXMcKQiGMCvt1iJgd83D3yz2aLXcJtMWIvg
    163bwZfC4Qm08L20yvp2lbvPjHWmKbHxjt9qYVa4/yXw27IMo49JHwB/VPGGUPVCGRQ/D2+48nuhi6c6bYxZ+I99mQZeLNkiygL9
    3av9Jmz/vl2Gv7Q/Kzvo8thxpa2IWzItjDx3w34Bdr0j8FhQ7qLWp/Ker4UEcZ9WEhA859DdwHKCLY5/mkgUWHk+evkOmrl/9ZuB
    R4VLMNXjaR7N1eRmzcMejvMmkfxzt/qDobnAXCIvGqai6vV/g4WdffCAUyFVxktpWiPCBJlzllt3BpBvoMC2wNZQL6G0FsAjgpqy
    UfDpqC+V63Amm8BquRDHBPda5LCVOoQtSl00eR4so2WG0TEq4X2vPpU2sYslXMyL13ZdjUXNj+ZkATm6+sMc16o0QCPaYRUAHPae
    ePzwSQsz5EbY2BKBkm2GrmUBYjujCfbaPTe1EW+OlKMu+I3moeRBqsxT5rsIfsMT2e8ZRrkaFTw+OGElnqbBnt+JqtAl7QO82jJ0
    QR6qUtmxLnN78vOqDQUT1CgQ9pOhxHZ+KxYhTspWp7deuX+0yPa/9d1u/tZlG3Mank6Wx+Y+Ossx8887Ju1unwlgOpBXPTvozD5d
    Nv1fIute5F03M9IYJGGe3Zf41oHi4jcvRqwZFMQT0FruaTmSWbUMsb2weN05xAmnZdLdkpFB0ft6/ovfHDEu76BAX0ilD1FE7lAJ
    dhehK1EPA6Fam4h0GoWsEikA1iA4LupsBL6MuWO3wMuVbGU12Pq7oG8M4CriqioUo2V/uEhe6RjL7DqgfT6FuWrX6VVzqVl9XCAC
    LNTCrwRW0iLNTID3pDVq0UkO2dGH5p39YAs0+zXsaIc59etkUHfzslx+BvSAau6K2rAA2r4pJTufk4FijooonxfG4LXSDROolf3b
    TXuNH2wrLlsPN6TO8tdfEPt6xzcOFje6bGtpYlmoQwfeiDwWQ3tHxbLZ+03irSlLkTRMolm78seTwJM9X+ewRnw1vfXXl/wSH+KN
    wl84Fp7eGGwpjfQ8qGqpW1WO5fFBKk9sp03QHLt1RjJ3xvJ3n7UI9iPiyS6jYbQnprt/xAMlLE8LqSssm4/6TCZ66TYOafWLj1In
    aQpYDCxb8AyB0YRJ67XfdBW+jXZLfZRObtiKrpTP3Xlz1VYPK7Ghk0XKy+S4gkPiaydlby9m4DTbyC3RJylOxIbAN2KlEozpg5NC
    VJ9uWl38tFNFQtcaqY1rJCnGT53FBnQrc4lptuq2Ij7ejYuBDacq+klh68BuNM/Bf1u6rLoChzXflUu0GmVokqNk2Ewg+tZrpYhl
    KeIIHa03l8T+kIJxursBuBiMJkesFAxdUyASSIPJbvabQQpolRQEURKhqW+zpztvMa6/h5MSMTLvmR/rH/rrUeqxSlPiiCxhcT8G
    3BNowiU+ohVzKjZOHVRl8q5SkAVR5nNOTihOcoS6fTJgm+ROJsRGfp6AWLRrW21LRUJ69QLrvjupwvO5CFenl2wM2PZuzQQ1Q6ea
    Ujiu8r/nJeBzfaA6d6zXyVuk4IeNX30XjJE9TJuGsr0L6jsaMxGuibIdP8BNHFcSKDpF8MeJBt2mN9H2vHhRODxBKjlP2MlvEdcZ
    sm797jbLMoRy0myFlOdLigtuywwyCXnEHqfJPPqicSrBE9wuaMJZroAdC2PTL3uI19Rb1Fq8pl4ol1rdWnl6hWeVxs5+8FzDBR9F
    c4OGqgmCObPhZoE1TttOdt4S9IlRdR+MYgCMEZwiBe/7iNTnGrWSTCb9UNhSKbyLBIHSVpDmAcQY+bYZv1sBje9yZWcl+rTRpz8c
    ZquHuyCT2+rg+D7odxrAM1tqFn+dgrKygb5nPCJvBW1KR4WV/1c+5WstMKHdC0WhjuvdR6T7mROveS19Nd/lbd73Cnwbae4Rhvbv
    9Sm2jeUHdK1iVSVhWEirXxdgiX17G41llQQ1lIc1OCAvBZ8Kmc/9vWeeBkAps3TOagHF0pbcQCPFIKtxkUfa3DFJLZX9mcNp/zKS
    m0oRCIerhHlYywd7maefG2+ME1QZ85L4JAR2KxHMlvo64a4UVZmd6nrInrJHPZwgOUKD4qZKQYOI4KdQn50Rdyl+OoCu+A==
`;

/** The suite's source data sets, which stand one after the other. */
const DATASETS: readonly (readonly [name: string, instructions: number])[] = [
  ["helpful_base", 129],
  ["koala", 156],
  ["oasst", 188],
  ["selfinstruct", 252],
  ["vicuna", 80],
];

/** Instructions of AlpacaEval, 1 and 2 alike. */
export const ALPACA_EVAL_INSTRUCTIONS = 805;

/** AlpacaEval's source data sets in the order of the suite; they are its categories. */
export const alpacaEvalDatasets: readonly string[] = DATASETS.map(([name]) => name);

let positions: ReadonlyMap<number, number> | undefined;

function knownPositions(): ReadonlyMap<number, number> {
  if (positions !== undefined) return positions;
  const bytes = Buffer.from(FINGERPRINTS, "base64");
  positions = new Map(
    Array.from({ length: ALPACA_EVAL_INSTRUCTIONS }, (_, position) => [
      bytes.readUInt32LE(4 * position),
      position,
    ]),
  );
  return positions;
}

/** 32-bit FNV-1a over the UTF-16 units of a text, blanks left out. */
function fingerprintOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x20 && unit !== 0xa0) hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return hash >>> 0;
}

/** Places of texts that were met before: each file of a board holds the same ones. */
const placeOfText = new Map<string, number>();

/** Place of an instruction among AlpacaEval's 805, from 0; −1 for any other text. Blanks do not count. */
export function alpacaEvalPosition(instruction: string): number {
  const met = placeOfText.get(instruction);
  if (met !== undefined) return met;
  const place = knownPositions().get(fingerprintOf(instruction));
  if (place === undefined) return -1;
  placeOfText.set(instruction, place);
  return place;
}

/** Source data set of a place in the suite. */
export function alpacaEvalDataset(position: number): string | undefined {
  let end = 0;
  for (const [name, count] of DATASETS) {
    end += count;
    if (position < end) return name;
  }
  return undefined;
}
