/** @file The commands that a typed formula may use: KaTeX knows them, and LaTeX with amsmath, amssymb and bm defines them. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

/** Without an argument. */
const symbols = words(`
  aleph alpha amalg angle approx approxeq arccos arcsin arctan arg ast asymp backepsilon backprime backsim
  backsimeq backslash barwedge Bbbk because beta beth between bigcap bigcirc bigcup bigodot bigoplus bigotimes
  bigsqcup bigstar bigtriangledown bigtriangleup biguplus bigvee bigwedge blacklozenge blacksquare
  blacktriangle blacktriangledown blacktriangleleft blacktriangleright bmod bot bowtie Box boxdot boxminus
  boxplus boxtimes bullet Bumpeq bumpeq Cap cap cdot cdotp cdots centerdot checkmark chi circ circeq
  circlearrowleft circlearrowright circledast circledcirc circleddash circledS clubsuit colon complement cong
  coprod cos cosh cot coth csc Cup cup curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft
  curvearrowright dag dagger daleth dashleftarrow dashrightarrow dashv ddag ddagger ddots deg Delta delta det
  diagdown diagup Diamond diamond diamondsuit digamma dim displaystyle div divideontimes Doteq doteq doteqdot
  dotplus dots dotsb dotsc dotsi dotsm dotso doublebarwedge doublecap doublecup Downarrow downarrow
  downdownarrows downharpoonleft downharpoonright ell emptyset enskip enspace epsilon eqcirc eqsim eqslantgtr
  eqslantless equiv eta eth exists exp fallingdotseq Finv flat forall frown Game Gamma gamma gcd ge geq geqq
  geqslant gets gg ggg gggtr gimel gnapprox gneq gneqq gnsim gtrapprox gtrdot gtreqless gtreqqless gtrless
  gtrsim gvertneqq hbar heartsuit hom hookleftarrow hookrightarrow hslash iff iiint iint Im imath impliedby
  implies in inf infty injlim int intercal intop iota jmath Join kappa ker Lambda lambda land langle lbrace
  lbrack lceil ldotp ldots le leadsto Leftarrow leftarrow leftarrowtail leftharpoondown leftharpoonup
  leftleftarrows Leftrightarrow leftrightarrow leftrightarrows leftrightharpoons leftrightsquigarrow
  leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr lessgtr lesssim lfloor lg lgroup
  lhd lim liminf limits limsup ll llcorner Lleftarrow lll llless lmoustache ln lnapprox lneq lneqq lnot lnsim
  log Longleftarrow longleftarrow Longleftrightarrow longleftrightarrow longmapsto Longrightarrow
  longrightarrow looparrowleft looparrowright lor lozenge lrcorner Lsh ltimes lVert lvert lvertneqq mapsto max
  measuredangle medspace mho mid min models mp mu multimap nabla natural ncong ne nearrow neg negmedspace
  negthickspace negthinspace neq nexists ngeq ngeqq ngeqslant ngtr ni nLeftarrow nleftarrow nLeftrightarrow
  nleftrightarrow nleq nleqq nleqslant nless nmid nolimits not notin nparallel nprec npreceq nRightarrow
  nrightarrow nshortmid nshortparallel nsim nsubseteq nsubseteqq nsucc nsucceq nsupseteq nsupseteqq
  ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu nVDash nVdash nvDash nvdash nwarrow odot
  oint Omega omega ominus oplus oslash otimes owns P parallel partial perp Phi phi Pi pi pitchfork pm Pr prec
  precapprox preccurlyeq preceq precnapprox precneqq precnsim precsim prime prod projlim propto Psi psi qquad
  quad rangle rbrace rbrack rceil Re restriction rfloor rgroup rhd rho Rightarrow rightarrow rightarrowtail
  rightharpoondown rightharpoonup rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow
  rightthreetimes risingdotseq rmoustache Rrightarrow Rsh rtimes rVert rvert S scriptscriptstyle scriptstyle
  searrow sec setminus sharp shortmid shortparallel Sigma sigma sim simeq sin sinh smallfrown smallsetminus
  smallsmile smile spadesuit sphericalangle sqcap sqcup sqsubset sqsubseteq sqsupset sqsupseteq square star
  Subset subset subseteq subseteqq subsetneq subsetneqq succ succapprox succcurlyeq succeq succnapprox
  succneqq succnsim succsim sum sup Supset supset supseteq supseteqq supsetneq supsetneqq surd swarrow tan
  tanh tau textstyle therefore Theta theta thickapprox thicksim thickspace thinspace times to top triangle
  triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq twoheadleftarrow
  twoheadrightarrow ulcorner unlhd unrhd Uparrow uparrow Updownarrow updownarrow upharpoonleft upharpoonright
  uplus Upsilon upsilon upuparrows urcorner varDelta varepsilon varGamma varinjlim varkappa varLambda
  varliminf varlimsup varnothing varOmega varPhi varphi varPi varpi varprojlim varpropto varPsi varrho
  varSigma varsigma varsubsetneq varsubsetneqq varsupsetneq varsupsetneqq varTheta vartheta vartriangle
  vartriangleleft vartriangleright varUpsilon varXi Vdash vDash vdash vdots vee veebar Vert vert Vvdash wedge
  wp wr Xi xi zeta`);

/** With one argument that is a formula. */
const ofOne = words(`
  acute bar bm boldsymbol boxed breve check dddot ddddot ddot dot grave hat mathbb mathbf mathbin mathcal
  mathclose mathfrak mathinner mathit mathnormal mathop mathopen mathord mathpunct mathrel mathring mathrm
  mathscr mathsf mathtt operatorname overbrace overline pmod sqrt substack tilde underbrace underline vec`);
const accents = words(
  "acute bar breve check dddot ddddot ddot dot grave hat mathring tilde vec widehat widetilde",
);
/** Letters, and what stands over them. */
const inBold = words(`
  acute aleph alpha bar beta bot breve cdot check chi circ ddot delta Delta dot ell epsilon eta gamma Gamma grave
  hat hbar imath infty iota jmath kappa lambda Lambda mathbb mathbf mathcal mathfrak mathit mathring mathrm
  mathsf mathtt mu nabla nu odot omega Omega otimes partial phi Phi pi Pi pm psi Psi rho sigma Sigma tau theta
  Theta tilde times top upsilon Upsilon varDelta varepsilon varGamma varLambda varOmega varphi varPhi varpi
  varPi varPsi varrho varsigma varSigma vartheta varTheta varUpsilon varXi vec widehat widetilde xi Xi zeta`);
const ofTwo = words("binom cfrac dbinom dfrac frac tbinom tfrac");
/** TeX sets these arguments several times over: nested, they take a time that grows with each level. */
const costly = {
  ofOne: words(`
    hphantom widehat widetilde overleftarrow overleftrightarrow overrightarrow phantom smash underleftarrow underleftrightarrow
    underrightarrow vphantom xleftarrow xrightarrow`),
  ofTwo: words("overset stackrel underset"),
} as const;
/** With one argument that is text. */
const ofText = words("emph text textbf textit textnormal textrm textsf texttt textup");

/** Whether nesting the command takes TeX a time that grows with each level; `sqrt[]` is the one with an option. */
export const isCostly = (command: string): boolean => {
  const name = command.replace("[]", "");
  return command === "sqrt[]" || costly.ofOne.has(name) || costly.ofTwo.has(name);
};
/** Whether \bm makes the command bold: it fails on most that is more than letters. */
export const standsInBold = (command: string): boolean => inBold.has(command);
export const isAccent = (command: string): boolean => accents.has(command);
export const takesText = (command: string): boolean => ofText.has(command);
/** Whether the first argument may be one in square brackets. */
export const takesOption = (command: string): boolean =>
  /^(?:sqrt|x(?:left|right)arrow)$/u.test(command);

/** How many arguments a command has; null where it is not among those of a formula. */
export function argumentsOf(command: string): 0 | 1 | 2 | null {
  if (symbols.has(command)) return 0;
  if (ofOne.has(command) || costly.ofOne.has(command) || ofText.has(command)) return 1;
  return ofTwo.has(command) || costly.ofTwo.has(command) ? 2 : null;
}

/** Every command that a formula may use. */
export const commands: readonly string[] = [
  ...symbols,
  ...ofOne,
  ...ofTwo,
  ...costly.ofOne,
  ...costly.ofTwo,
  ...ofText,
];

/** Commands that only some readers of formulas know, or that fail where another does not, as what says the same. */
export const synonyms: ReadonlyMap<string, string> = new Map([
  // Nested, \boldsymbol runs out of memory.
  ["boldsymbol", "\\bm"],
  // Another font, for which LaTeX needs one more package.
  ["mathscr", "\\mathcal"],
  ["coloneqq", ":="],
  ["lt", "<"],
  ["gt", ">"],
  ["R", "\\mathbb{R}"],
  ["N", "\\mathbb{N}"],
  ["Z", "\\mathbb{Z}"],
  ["argmin", "\\operatorname*{arg\\,min}"],
  ["argmax", "\\operatorname*{arg\\,max}"],
]);

/** An environment: as what it is printed, and how many columns it has at most. */
interface Environment {
  readonly printed: string;
  readonly columns: number;
}

const environment = (printed: string, columns: number): Environment => ({ printed, columns });

export const environments: ReadonlyMap<string, Environment> = new Map([
  // MaxMatrixCols of amsmath is 10.
  ...["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"].map(
    (name) => [name, environment(name, 10)] as const,
  ),
  ["cases", environment("cases", 2)],
  ["gathered", environment("gathered", 1)],
  ["aligned", environment("aligned", 20)],
  // These stand in a display of their own only.
  ["split", environment("aligned", 2)],
  ["align", environment("aligned", 20)],
  ["align*", environment("aligned", 20)],
  ["gather", environment("gathered", 1)],
  ["gather*", environment("gathered", 1)],
]);

/** What may stand after \left, \right, \middle and \big. */
export const delimiters = words(`
  ( ) [ ] | / . < > \\{ \\} \\| \\lbrace \\rbrace \\lbrack \\rbrack \\langle \\rangle \\lvert \\rvert \\lVert \\rVert
  \\vert \\Vert \\lfloor \\rfloor \\lceil \\rceil \\lgroup \\rgroup \\lmoustache \\rmoustache \\backslash \\uparrow
  \\downarrow \\updownarrow \\Uparrow \\Downarrow \\Updownarrow \\ulcorner \\urcorner \\llcorner \\lrcorner`);
