"""Headings of columns as people write them, in English and plain: `Auslöser (wann?)` is `trigger`."""

import re
import unicodedata

_SAID = """
event | ereignis, evenement, evento, aktion
event name | ereignisname, eventname, name des ereignisses, name des events, event titel, nom de l evenement,
    nom evenement, nom de l event, nom, nombre del evento, nombre evento, nome dell evento, nome evento
event description | beschreibung des ereignisses, ereignisbeschreibung, description de l evenement
property | eigenschaft, eigenschaften, attribut, merkmal, propriete, proprietes, parametre, parametres, propiedad,
    propiedades, parametro, proprieta, parametri, feld
property name | name der eigenschaft, eigenschaftsname, nom de la propriete, nom du parametre, parametername
description | beschreibung, erklarung, bedeutung, definition, descripcion, descrizione
notes | kommentar, bemerkung, bemerkungen, anmerkung, hinweis, notiz, commentaire, commentaires, remarque, remarques,
    comentario, notas, commento, note
trigger | ausloser, ausgelost wenn, wann, zeitpunkt, wann feuert es, declencheur, declenchement, quand, disparador,
    cuando, quando, trigger event
data type | datentyp, typ, type de donnees, tipo, tipo de dato, tipo di dato, type de donnee
required | pflicht, pflichtfeld, erforderlich, verpflichtend, muss, obligatoire, requis, obligatorio, requerido,
    obbligatorio, richiesto
allowed values | erlaubte werte, mogliche werte, werte, zulassige werte, valeurs possibles, valeurs, valeurs autorisees,
    valores, valores posibles, valori
example | beispiel, beispiele, beispielwert, exemple, exemples, ejemplo, esempio
owner | verantwortlich, zustandig, besitzer, responsable, proprietaire, equipe, responsabile
purpose | zweck, ziel, warum, frage, geschaftsfrage, objectif, but, pourquoi, objetivo, scopo
importance | wichtigkeit, prioritat, priorite, prioridad, priorita
labels | etikett, kategorie, bereich, categorie, etiquettes
"""
_ENGLISH = {
    said.strip(): english
    for line in _SAID.replace("\n    ", " ").strip().splitlines()
    for english, _, listed in [line.partition(" | ")]
    for said in listed.split(",")
}


def english(heading: str) -> str:
    """The heading in lower case and plain letters, translated where it is a known one; remarks in brackets go."""
    whole = _plain(heading)
    without = _plain(re.sub(r"\(.*?\)|\[.*?\]", " ", heading)) or whole
    return _ENGLISH.get(whole) or _ENGLISH.get(without) or without


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        re.findall(r"[a-z0-9]+", "".join(one for one in letters if not unicodedata.combining(one)))
    )
