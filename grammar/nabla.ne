# The structure of a statement. Which word is what, where a bar opens or closes, and where a
# statement ends is decided before (src/parse/tokens.ts): here every token has one meaning.
# Left-recursive and unambiguous, so that reading is linear: more than one parse is our error.

@preprocessor typescript

@{%
import * as sentences from "./sentences.ts";
import * as spaces from "./spaces.ts";
import * as tree from "./tree.ts";
// Rules at the top complete at every token: what they build is built once, at the end.
// nearley types what a rule matched as any[].
const later = (build: (d: any) => unknown) => (d: any): (() => unknown) => () => build(d);
const lexer = { has: (_type: string): boolean => true };
%}

@lexer lexer

statement ->
    names %colon space                          {% later(sentences.declaration) %}
  | names %element space                        {% later(sentences.declaration) %}
  | names %colon space %each                    {% later(sentences.family) %}
  | names %element space %each                  {% later(sentences.family) %}
  | names %colon %label                         {% later(sentences.label) %}
  | names %element %label                       {% later(sentences.label) %}
  | %each                                       {% later(sentences.range) %}
  | names relation sum                          {% later(sentences.propertyOf) %}
  | names definiteness sum                      {% later(sentences.propertyOf) %}
  | equation                                    {% later(sentences.equation) %}
  | formula                                     {% later(sentences.functionDefinition) %}
  | %given %colon sum equal sum                 {% later(sentences.given) %}
  | names %colon domain %to field               {% later(sentences.functionDeclaration) %}
  | sum                                         {% later(sentences.objective) %}
  | %gradientBy names %closeBy sum              {% later(sentences.objectiveBy) %}
  | %partial %slash %partial power sum          {% later(sentences.objectiveByPartial) %}
  | %fraction %openBrace %partial %closeBrace %openBrace %partial power %closeBrace sum
                                                {% later(sentences.objectiveByFraction) %}

names -> %name {% sentences.firstName %} | names %comma %name {% sentences.nextName %}
equal -> %equals {% id %} | %define {% id %}
equation -> sum equal sum {% sentences.firstEquation %} | equation equal sum {% sentences.nextEquation %}
formula -> %head %openParen names %closeParen equal sum {% sentences.firstFormula %}
  | formula equal sum                           {% sentences.nextFormula %}
definiteness -> %succ {% id %} | %succeq {% id %}
relation -> %lt {% id %} | %gt {% id %} | %le {% id %} | %ge {% id %} | %ne {% id %}
comparison -> relation {% id %} | %equals {% id %}

# ---- spaces -------------------------------------------------------------------------------------
space ->
    extent                                      {% spaces.space %}
  | traits                                      {% spaces.spaceOfTraits %}
  | extent traits                               {% spaces.space %}
  | extent %comma traits                        {% spaces.spaceAfterComma %}
  | traits extent                               {% spaces.traitsFirst %}
traits -> trait {% spaces.firstTrait %} | traits trait {% spaces.nextTrait %}
  | traits %comma trait {% spaces.nextTraitAfterComma %}
trait -> %trait {% id %}
extent ->
    dimension                                   {% spaces.column %}
  | dimension %times dimension                  {% spaces.matrix %}
  | %scalar                                     {% spaces.scalar %}
  | set                                         {% spaces.setScalar %}
  | set %caret size                             {% spaces.setSized %}
  | set %underscore sort                        {% spaces.setSorted %}
  | set %caret size %underscore sort            {% spaces.setSizedSorted %}
  | set %underscore sort %caret size            {% spaces.setSortedSized %}
domain -> field {% spaces.firstField %} | domain %times field {% spaces.nextField %}
field -> set {% spaces.setScalar %} | set %caret size {% spaces.setSized %}
set -> %reals {% id %} | %symmetricMatrices {% id %}
size ->
    dimensionFactor                             {% spaces.column %}
  | %openBrace dimension %closeBrace            {% spaces.columnInBraces %}
  | %openParen dimension %closeParen            {% spaces.columnInBraces %}
  | %openBrace dimension %times dimension %closeBrace {% spaces.matrixInBraces %}
  | %openParen dimension %times dimension %closeParen {% spaces.matrixInBraces %}
sort -> sortSign {% id %} | %openBrace sortSign %closeBrace {% tree.second %}
  | %openBrace relation %number %closeBrace {% spaces.relationSort %}
sortSign -> %plus {% id %} | %plus %plus {% spaces.doublePlus %}
dimension -> dimensionFactor {% spaces.firstFactor %}
  | dimension dimensionFactor {% spaces.nextFactor %}
  | dimension %star dimensionFactor {% spaces.nextFactorAfterStar %}
dimensionFactor -> %name {% id %} | %number {% id %}

# ---- expressions, loosest first -----------------------------------------------------------------
sum ->
    term                                        {% tree.firstTerm %}
  | sum %plus term                              {% tree.nextTerm %}
  | sum %minus term                             {% tree.nextTerm %}
term ->
    kronecker                                   {% id %}
  | %minus term                                 {% tree.negated %}
  | %plus term                                  {% tree.unsigned %}
  | indexedSum                                  {% id %}
indexedSum -> %sum term {% tree.indexedSum %} | chain %sum term {% tree.chainedIndexedSum %}
  | chain %star %sum term {% tree.chainedIndexedSumAfterStar %}
  | chain %slash %sum term {% tree.dividedByIndexedSum %}
  | %prefix indexedSum {% tree.bareCall %}
  | chain %prefix indexedSum {% tree.chainedBareCall %}
  | chain %star %prefix indexedSum {% tree.chainedBareCallAfterStar %}

kronecker -> hadamard {% id %} | kronecker %otimes signedHadamard {% tree.kronecker %}
signedHadamard -> hadamard {% id %} | %minus signedHadamard {% tree.negated %}
  | %plus signedHadamard {% tree.unsigned %}

hadamard -> product {% id %}
  | hadamard %odot signedProduct {% tree.hadamard %}
  | hadamard %oslash signedProduct {% tree.hadamard %}
signedProduct -> product {% id %} | %minus signedProduct {% tree.negated %}
  | %plus signedProduct {% tree.unsigned %}

# A chain ends in a factor; a tail ends in a function without brackets, and nothing may follow it.
product -> chain {% id %} | tail {% id %} | trace {% id %}
chain ->
    operand                                     {% tree.firstFactorOfProduct %}
  | chain operand                               {% tree.juxtaposed %}
  | chain %star signedPower                     {% tree.multiplied %}
  | chain %slash signedPower                    {% tree.multiplied %}
  | tail %star signedPower                      {% tree.multiplied %}
  | tail %slash signedPower                     {% tree.multiplied %}
  | tail operand                                {% tree.secondFactor %}
tail ->
    bare                                        {% tree.firstFactorOfProduct %}
  | chain bare                                  {% tree.juxtaposed %}
  | chain %star signedBare                      {% tree.multiplied %}
  | chain %slash signedBare                     {% tree.multiplied %}
  | tail %star signedBare                       {% tree.multiplied %}
  | tail %slash signedBare                      {% tree.multiplied %}
  | tail bare                                   {% tree.secondFactor %}
# tr takes the whole product that follows.
trace ->
    bareTrace                                   {% tree.firstFactorOfProduct %}
  | chain bareTrace                             {% tree.juxtaposed %}
  | tail bareTrace                              {% tree.secondFactor %}
  | chain %star bareTrace                       {% tree.multiplied %}
  | chain %slash bareTrace                      {% tree.multiplied %}
  | tail %star bareTrace                        {% tree.multiplied %}
  | tail %slash bareTrace                       {% tree.multiplied %}
bareTrace -> %prefixTrace product {% tree.bareCall %}
  | %prefixTrace exponent product {% tree.barePowerCall %}

# Below ∂ stands one factor with its powers: ∂L/∂K⁻¹.
operand -> power {% id %} | %partial %name %slash %partial power {% tree.cotangent %}
signedPower -> operand {% id %} | %minus signedPower {% tree.negated %}
  | %plus signedPower {% tree.unsigned %}
signedBare -> bare {% id %} | %minus signedBare {% tree.negated %}
  | %plus signedBare {% tree.unsigned %}

bare ->
    %prefix power                               {% tree.bareCall %}
  | %prefix bare                                {% tree.bareCall %}
  | %prefix exponent power                      {% tree.barePowerCall %}
  | %prefix exponent bare                       {% tree.barePowerCall %}

power ->
    atom                                        {% id %}
  | power %transpose                            {% tree.transposed %}
  | power %inverseTranspose                     {% tree.inverseTransposed %}
  | power %pseudoinverse                        {% tree.pseudoinverse %}
  | power exponent                              {% tree.raised %}
  | power %dotCaret exponentBody                {% tree.raisedEntrywise %}
  | power %subscripted                          {% tree.subscripted %}
exponent -> %caret exponentBody {% tree.second %}
exponentBody ->
    %number                                     {% tree.number %}
  | %name                                       {% tree.name %}
  | %fraction fractionPart fractionPart         {% tree.fraction %}
  | %minus exponentBody                         {% tree.negated %}
  | %plus exponentBody                          {% tree.unsigned %}
  | %openBrace sum %closeBrace                  {% tree.grouped %}
  | %openParen sum %closeParen                  {% tree.grouped %}

atom ->
    %number                                     {% tree.number %}
  | %name                                       {% tree.name %}
  | %ones                                       {% tree.ones %}
  | %zero                                       {% tree.zero %}
  | %openParen sum %closeParen                  {% tree.grouped %}
  | %openBracket sum %closeBracket              {% tree.grouped %}
  | %openBrace sum %closeBrace                  {% tree.grouped %}
  | %openNorm sum %closeNorm                    {% tree.norm %}
  | %openBar sum %closeBar                      {% tree.bars %}
  | %openAngle sum %comma sum %closeAngle       {% tree.inner %}
  | %callee arguments                           {% tree.call %}
  | %callee exponent arguments                  {% tree.powerCall %}
  | %fraction fractionPart fractionPart         {% tree.fraction %}
  | %squareRoot fractionPart                    {% tree.root %}
  | %root atom                                  {% tree.root %}
  | %openBracket sum comparison sum %closeBracket {% tree.indicator %}
  | %indicator %openBracket sum comparison sum %closeBracket {% tree.namedIndicator %}
  | %indicator %openParen sum comparison sum %closeParen {% tree.namedIndicator %}
  | %indicator %openBrace sum comparison sum %closeBrace {% tree.namedIndicator %}
  | %fraction %openBrace %partial %name %closeBrace %openBrace %partial power %closeBrace
                                                {% tree.cotangentFraction %}
  | %nabla %name                                {% tree.nablaOf %}
  | %derivative arguments                       {% tree.derivativeCall %}
fractionPart -> %number {% tree.number %} | %name {% tree.name %} | %ones {% tree.ones %}
  | %openBrace sum %closeBrace {% tree.grouped %}
arguments ->
    %openParen list %closeParen                 {% tree.bracketed %}
  | %openBracket list %closeBracket             {% tree.bracketed %}
  | %openBrace list %closeBrace                 {% tree.bracketed %}
list -> sum {% tree.firstArgument %} | list %comma sum {% tree.nextArgument %}
